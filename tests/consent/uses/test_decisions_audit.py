from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.records import log
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.records.verify import verify
from accounts.users.models import User
from accounts.vault.sealing import destroy
from consent.grants.models import Grant
from consent.uses.decisions_audit import mismatches
from consent.uses.models import Use
from consent.uses.services import check, go_live
from consent.withdrawal.services import withdraw
from tests.consent.people import proposed


@pytest.fixture
def live(creator: User, grant: Grant) -> Use:
    use = proposed(creator, grant)
    check(use)
    with transaction.atomic():
        go_live(use, now=timezone.now())
    return use


def decisions() -> list[Any]:
    records = Record.objects.filter(kind__startswith="use.").select_related("body__person_key__user")
    bodies: list[Any] = [body_of(each) for each in records]
    return [body["decision"] for body in bodies if "decision" in body]


def test_every_logged_decision_comes_out_the_same(person: User, grant: Grant, live: Use) -> None:
    withdraw(by=person, grant=grant)
    assert [each["outcome"] for each in decisions()] == ["allow", "allow"]
    assert list(mismatches()) == []
    assert verify(is_deep=True).is_intact


def test_a_decision_says_nobodys_age(live: Use) -> None:
    assert {each["depicted"][0]["years"] for each in decisions()} <= {0, 14, 18}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": "deny"}, "decision"),
        ({"grants": []}, "decision"),
        ({"engine": "0"}, "decision_engine"),
        ({"at": "yesterday"}, "decision_unreadable"),
    ],
)
def test_one_that_does_not_is_named(creator: User, live: Use, change: dict[str, object], code: str) -> None:
    """Written by somebody who goes past the rules, but not past the log."""
    body = {
        "subject": live.subject,
        "engine": "1",
        "trace": ["said"],
        "decision": {**decisions()[0], **change},
    }
    with transaction.atomic():
        forged = log.append(kind="use.live", subject=live.log_subject, body=body, by=None, person=creator)
    (found,) = mismatches()
    assert (found.subject, found.code) == (live.log_subject, code)
    assert f"Record {forged.sequence}" in found.sentence
    assert code in {each.code for each in verify(is_deep=True).told}


def test_what_was_erased_cannot_be_asked(creator: User, live: Use) -> None:
    destroy(creator)
    assert list(mismatches()) == []
