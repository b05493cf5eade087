"""Asking for a copy without the visible label, and being sent it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.identity.services import end
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention import emptying, holds
from accounts.retention.months import months_before
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import publish_agreement, request_deletion
from accounts.vault.sealing import Erased, destroy
from consent.scope import LabelStrength
from consent.uses.models import Use
from marking.policy.jurisdictions import Jurisdiction
from marking.unlabelled import making, services
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.queries import latest_copy_of, live_copy_of, purpose_of
from marking.unlabelled.states import CopyState
from marking.unlabelled.terms import current_terms
from marking.works import services as works
from marking.works.models import Work
from tests.consent.depicting import publish
from tests.consent.people import NUMBERS, account, granted, proposed, scope_for
from tests.marking.unlabelled.conftest import PURPOSE
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db

TERMS = current_terms().version


def ask(work: Work, *, by: User | None = None, purpose: str = PURPOSE, terms: int = TERMS) -> UnlabelledCopy:
    return services.request_copy(by=by or work.owner, work=work, purpose=purpose, terms=terms)


def refusal_of(act: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code, caught.value.status


def kinds(work: Work) -> list[str]:
    found = Record.objects.filter(subject=f"work:{work.code}").order_by("sequence")
    return list(found.values_list("kind", flat=True))


def environment(settings: Settings, **values: object) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, **values})


def test_it_writes_down_who_asked_for_what_when_and_under_which_words(
    asked: UnlabelledCopy, work: Work
) -> None:
    assert (asked.work, asked.requested_by, asked.state) == (work, work.owner, CopyState.REQUESTED)
    assert timezone.now() - asked.requested_at < timedelta(minutes=5)
    assert asked.agreement == work.owner.acceptances.get().agreement
    assert (asked.terms_version, asked.terms_sha256) == (TERMS, current_terms().sha256)
    assert purpose_of(asked) == PURPOSE
    assert kinds(work) == ["work.unlabelled_copy_requested"]


def test_the_purpose_is_nowhere_in_clear(asked: UnlabelledCopy) -> None:
    record = Record.objects.get(kind="work.unlabelled_copy_requested")
    for stored in (asked.purpose, record.entry, record.body.content):
        assert b"programme" not in bytes(stored)


def test_it_refuses_everybody_but_the_owner(work: Work, other_user: User) -> None:
    assert refusal_of(lambda: ask(work, by=other_user)) == ("not_owner", 403)


@pytest.mark.parametrize(
    "values",
    [
        {"YINJI_UNLABELLED_COPIES": False},
        {"YINJI_JURISDICTIONS": (Jurisdiction.EUROPEAN_UNION,)},
        {"YINJI_JURISDICTIONS": (Jurisdiction.CHINA, Jurisdiction.INDIA)},
    ],
)
def test_it_refuses_where_the_site_or_a_jurisdiction_does_not_allow_it(
    work: Work, settings: Settings, values: dict[str, object]
) -> None:
    environment(settings, **values)
    assert refusal_of(lambda: ask(work)) == ("not_offered", 403)


def test_it_refuses_without_a_real_name_or_an_accepted_agreement(work: Work, user: User) -> None:
    user.acceptances.all().delete()
    publish_agreement()
    assert refusal_of(lambda: ask(work)) == ("agreement_required", 403)
    end(by=None, claim=user.identity_claims.get(), reason="The document has run out.")
    assert refusal_of(lambda: ask(work)) == ("identity_required", 403)


def test_it_refuses_where_no_agreement_makes_the_duties_clear(work: Work, user: User) -> None:
    agreement = user.acceptances.get().agreement
    user.acceptances.all().delete()
    agreement.delete()
    assert refusal_of(lambda: ask(work)) == ("agreement_missing", 403)


def test_it_refuses_a_work_that_is_not_released(work: Work) -> None:
    works.delete(by=work.owner, work=work)
    work.refresh_from_db()
    assert refusal_of(lambda: ask(work)) == ("not_released", 409)


def _shows(work: Work, label: LabelStrength) -> Use:
    """A live use of ``work`` by a person who granted it with ``label`` at the least."""
    owner = work.owner
    grant = granted(
        account("lin@example.com", "Lin Mei", NUMBERS[2]), owner, replace(scope_for(owner), label=label)
    )
    use = proposed(owner, grant, work=work.code)
    publish(use)
    return use


@pytest.mark.parametrize("label", [LabelStrength.EXPLICIT, LabelStrength.IMPLICIT])
def test_it_refuses_where_somebody_agreed_only_to_what_is_labelled(
    client: Client, work: Work, label: LabelStrength
) -> None:
    use = _shows(work, label)
    client.force_login(work.owner)
    page = client.get(f"/works/{work.code}")
    assert (b"/unlabelled" in page.content) is (label is LabelStrength.IMPLICIT)
    if label is LabelStrength.IMPLICIT:
        assert ask(work).state == CopyState.REQUESTED
        return
    assert refusal_of(lambda: ask(work)) == ("consent_covers_label", 403)
    use.people.all().delete()
    assert refusal_of(lambda: ask(work)) == ("consent_ended", 410)
    use.delete()
    Work.objects.filter(pk=work.pk).update(depicts="face")
    work.refresh_from_db()
    assert refusal_of(lambda: ask(work)) == ("consent_ended", 410)


def test_it_neither_makes_nor_hands_over_what_a_person_wants_labelled(asked: UnlabelledCopy) -> None:
    """A copy from before that was asked about."""
    _shows(asked.work, LabelStrength.EXPLICIT)
    making.make(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == (CopyState.FAILED, "consent_covers_label")
    owner = asked.work.owner
    assert refusal_of(lambda: services.hand_over(by=owner, work=asked.work)) == ("consent_covers_label", 403)


def test_it_refuses_an_account_that_is_about_to_be_deleted(work: Work) -> None:
    """So that nobody is erased within six months of a request, whose purpose the erasure makes unreadable."""
    request_deletion(by=work.owner)
    assert refusal_of(lambda: ask(work)) == ("deletion_requested", 403)


def test_it_refuses_words_that_are_not_in_force(work: Work) -> None:
    assert refusal_of(lambda: ask(work, terms=TERMS + 1)) == ("terms_outdated", 409)


@pytest.mark.parametrize("purpose", ["", "   short   ", "x" * 501])
def test_it_asks_for_a_purpose(work: Work, purpose: str) -> None:
    assert refusal_of(lambda: ask(work, purpose=purpose)) == ("purpose_invalid", 422)
    assert not UnlabelledCopy.objects.exists()


def test_it_makes_one_copy_of_a_work_at_a_time(asked: UnlabelledCopy, work: Work) -> None:
    assert refusal_of(lambda: ask(work)) == ("copy_pending", 409)
    asked.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save(force_insert=True)


def test_it_takes_so_many_requests_a_day(work: Work) -> None:
    for _ in range(services.REQUESTS_PER_DAY):
        copy = ask(work)
        with unrecorded():
            UnlabelledCopy.objects.filter(pk=copy.pk).update(state=CopyState.FAILED, failure="crashed")
    assert refusal_of(lambda: ask(work)) == ("too_many_requests", 429)
    tomorrow = timezone.now() + timedelta(hours=25)
    copy = services.request_copy(by=work.owner, work=work, purpose=PURPOSE, terms=TERMS, now=tomorrow)
    assert copy.state == CopyState.REQUESTED


def test_it_hands_over_what_is_ready_and_writes_it_down(ready: UnlabelledCopy, work: Work) -> None:
    copy, file = services.hand_over(by=work.owner, work=work)
    with file:
        assert len(file.read()) == ready.size
    copy.refresh_from_db()
    assert copy.sent == 1
    assert copy.last_sent_at is not None
    assert kinds(work)[-1] == "work.unlabelled_copy_sent"


def test_it_hands_over_nothing_that_is_not_ready(asked: UnlabelledCopy, work: Work) -> None:
    assert refusal_of(lambda: services.hand_over(by=work.owner, work=work)) == ("copy_gone", 410)
    assert "work.unlabelled_copy_sent" not in kinds(work)


def test_it_hands_over_nothing_to_others_or_where_it_is_no_longer_offered(
    ready: UnlabelledCopy, work: Work, other_user: User, settings: Settings
) -> None:
    assert refusal_of(lambda: services.hand_over(by=other_user, work=work))[0] == "not_owner"
    environment(settings, YINJI_UNLABELLED_COPIES=False)
    assert refusal_of(lambda: services.hand_over(by=work.owner, work=work))[0] == "not_offered"


def test_it_sends_a_copy_a_few_times_and_counts(ready: UnlabelledCopy, work: Work) -> None:
    for _ in range(services.MOST_SENT):
        services.hand_over(by=work.owner, work=work)[1].close()
    assert refusal_of(lambda: services.hand_over(by=work.owner, work=work)) == ("sent_often", 429)
    assert kinds(work).count("work.unlabelled_copy_sent") == services.MOST_SENT


def test_it_hands_over_nothing_that_it_cannot_write_down(ready: UnlabelledCopy, work: Work) -> None:
    destroy(work.owner)
    with pytest.raises(Erased):
        services.hand_over(by=work.owner, work=work)
    ready.refresh_from_db()
    assert ready.sent == 0


def test_a_file_that_is_gone_is_said(ready: UnlabelledCopy, work: Work) -> None:
    default_storage.delete(services.file_name(work))
    assert refusal_of(lambda: services.hand_over(by=work.owner, work=work)) == ("copy_gone", 410)


def test_its_time_ends_and_its_file_goes(ready: UnlabelledCopy, work: Work) -> None:
    late = timezone.now() + services.AVAILABLE + timedelta(seconds=1)
    assert live_copy_of(work, now=late) is None
    assert refusal_of(lambda: services.hand_over(by=work.owner, work=work, now=late))[0] == "copy_gone"
    assert making.sweep(now=late) == (0, 1)
    assert making.sweep(now=late) == (0, 0)
    assert not services.expire(ready, now=late)
    assert not default_storage.exists(services.file_name(work))
    latest = latest_copy_of(work)
    assert latest is not None
    assert latest.state == CopyState.EXPIRED
    assert kinds(work)[-1] == "work.unlabelled_copy_removed"


def test_a_new_one_may_be_asked_for_when_the_time_of_the_last_is_over(
    ready: UnlabelledCopy, work: Work
) -> None:
    late = timezone.now() + services.AVAILABLE + timedelta(seconds=1)
    again = services.request_copy(by=work.owner, work=work, purpose=PURPOSE, terms=TERMS, now=late)
    ready.refresh_from_db()
    assert (again.state, ready.state) == (CopyState.REQUESTED, CopyState.EXPIRED)


def test_a_storage_that_refuses_leaves_the_end_for_later(
    ready: UnlabelledCopy, work: Work, settings: Settings, tmp_path: Path
) -> None:
    late = timezone.now() + services.AVAILABLE + timedelta(seconds=1)
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "unlabelled").write_bytes(b"a file where the folder should be")
    backend = {
        "BACKEND": "tests.marking.works.test_files.ObjectStore",
        "OPTIONS": {"location": tmp_path / "objects"},
    }
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    assert making.sweep(now=late) == (0, 0)
    ready.refresh_from_db()
    assert ready.state == CopyState.READY


def test_deleting_the_work_deletes_the_copy_and_keeps_its_log(
    ready: UnlabelledCopy, work: Work, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        works.delete(by=work.owner, work=work)
    assert not default_storage.exists(services.file_name(work))
    assert UnlabelledCopy.objects.filter(pk=ready.pk).exists()
    assert "work.unlabelled_copy_requested" in kinds(work)


def test_erasing_the_account_keeps_the_row_and_erases_the_purpose(ready: UnlabelledCopy, user: User) -> None:
    asked_at = ready.requested_at
    request_deletion(by=user)
    erased_at = timezone.now() + RETENTION
    erase_account(by=None, user=user, now=erased_at)
    stored = UnlabelledCopy.objects.get(pk=ready.pk)
    assert erased_at - asked_at >= timedelta(days=184)
    assert stored.requested_by.producer_id == user.producer_id
    with pytest.raises(Erased):
        purpose_of(stored)


@pytest.mark.django_db(transaction=True)
def test_the_record_is_committed_before_the_first_byte(ready: UnlabelledCopy, work: Work) -> None:
    def sendings_seen_from_outside() -> int:
        try:
            return Record.objects.filter(kind="work.unlabelled_copy_sent").count()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        _copy, file = services.hand_over(by=work.owner, work=work)
        with file:
            assert file.tell() == 0
            assert elsewhere.submit(sendings_seen_from_outside).result() == 1


@pytest.mark.django_db(transaction=True)
def test_it_hands_nothing_over_inside_a_transaction_that_could_take_the_record_back(
    ready: UnlabelledCopy, work: Work
) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.hand_over(by=work.owner, work=work)
    ready.refresh_from_db()
    assert ready.sent == 0


@pytest.mark.parametrize("is_held", [False, True])
def test_the_purpose_goes_with_the_records_of_its_class_unless_it_is_held(
    asked: UnlabelledCopy, other_user: User, is_held: bool
) -> None:
    with unrecorded():
        UnlabelledCopy.objects.update(state=CopyState.FAILED, failure="broken")
    over = months_before(asked.requested_at, -12)
    emptying.run(now=over)
    asked.refresh_from_db()
    assert purpose_of(asked) == PURPOSE
    if is_held:
        subject = f"work:{asked.work.code}"
        holds.propose(by=other_user, subject=subject, case="2026-1", document_sha256="0" * 64, now=over)
    for later in (timedelta(days=1), timedelta(days=2)):
        emptying.run(now=over + later)
    asked.refresh_from_db()
    assert asked.emptied_at == (None if is_held else over + timedelta(days=1))
    assert bool(asked.purpose) == is_held
    with pytest.raises(IntegrityError), transaction.atomic():
        UnlabelledCopy.objects.update(emptied_at=over, purpose=b"full")


def test_the_purpose_of_a_copy_that_may_still_be_fetched_stays(asked: UnlabelledCopy) -> None:
    emptying.run(now=months_before(asked.requested_at, -100))
    asked.refresh_from_db()
    assert purpose_of(asked) == PURPOSE
