from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.records.models import Record, RecordBody
from accounts.records.verify import verify
from accounts.retention import purging
from accounts.retention.months import months_before
from accounts.users.models import User
from consent import ended
from consent.grants.models import Grant
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.uses.ending import remove
from consent.uses.services import check, go_live
from consent.withdrawal.services import withdraw
from tests.consent.answers.asked import asked
from tests.consent.people import proposed
from tests.unrecorded import unrecorded


def test_a_grant_and_its_receipts_end_with_its_withdrawal(person: User, grant: Grant) -> None:
    receipts = [each.log_subject for each in Receipt.objects.filter(grant=grant)]
    assert ended.of_grants([grant.log_subject]) == ended.of_receipts(receipts) == {}
    withdraw(by=person, grant=grant)
    grant.refresh_from_db()
    assert ended.of_grants([grant.log_subject, "grant:none"]) == {grant.log_subject: grant.ended_at}
    assert ended.of_receipts(receipts) == dict.fromkeys(receipts, grant.ended_at)


def test_a_use_ends_when_it_is_removed_and_its_grants_ended(
    person: User, creator: User, grant: Grant
) -> None:
    use = proposed(creator, grant)
    check(use)
    with transaction.atomic():
        go_live(use, now=timezone.now())
        remove(use, by=creator, now=timezone.now())
    assert ended.of_uses([use.log_subject]) == {}
    withdraw(by=person, grant=grant)
    grant.refresh_from_db()
    assert ended.of_uses([use.log_subject]) == {use.log_subject: grant.ended_at}


def test_a_request_ends_with_its_answer_or_its_time(creator: User) -> None:
    request = asked(creator)
    subjects = [request.log_subject, request.answer_subject]
    assert ended.of_requests(subjects) == {}
    with unrecorded():
        Request.objects.filter(pk=request.pk).update(state="expired")
    assert ended.of_requests(subjects) == dict.fromkeys(subjects, request.answer_by)
    assert ended.of_statements([]) == {}


@pytest.mark.parametrize("months", [35, 37])
def test_what_a_consent_left_in_the_log_is_emptied_three_years_after_its_end(
    person: User, grant: Grant, months: int
) -> None:
    withdraw(by=person, grant=grant)
    later = months_before(timezone.now() + timedelta(hours=1), -months)
    (purged,) = (each for each in purging.run(now=later) if each.name == "consent")
    assert (purged.emptied > 0) == (months > 36)
    about = Record.objects.filter(subject=grant.log_subject).values("sequence")
    left = RecordBody.objects.filter(record__in=about).exclude(content=b"").exists()
    assert left == (months < 36)
    assert verify(is_deep=True).is_intact
