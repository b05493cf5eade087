"""The keeper believes signatures, not states: whatever else somebody writes into the database opens nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from accounts.elevation import opening, services, triggers
from accounts.elevation.asking import OPENS_WITHIN
from accounts.elevation.contents import seal_content, values_of
from accounts.elevation.document import write
from accounts.elevation.keeper import Field
from accounts.elevation.models import ApprovalQuestion, ConcernedPerson, Elevation
from accounts.elevation.states import ElevationState
from accounts.elevation.wording import FAILURES
from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.notices.models import Notice
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.vault import keeper
from accounts.vault.opening import OpeningKey
from accounts.vault.sealing import destroy
from tests.accounts.elevation.conftest import NAME, NUMBER
from tests.accounts.elevation.officers import Approver, wish
from tests.consent.answers.passkeys import Passkey
from tests.consent.people import NUMBERS, account
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def failure_of(elevation: Elevation, **options: Any) -> str:
    """Why the keeper opened nothing."""
    assert not opening.open_approved(elevation.pk, **options)
    elevation.refresh_from_db()
    assert elevation.window_key is None
    assert not ConcernedPerson.objects.filter(is_opened=True).exists()
    assert elevation.failure in FAILURES
    return elevation.failure


def write_into(elevation: Elevation, **columns: Any) -> None:
    with unrecorded():
        Elevation.objects.filter(pk=elevation.pk).update(**columns)
    elevation.refresh_from_db()


def test_it_opens_the_named_fields_and_no_others(
    asker: User, person: User, colleague: Approver, guard: Approver
) -> None:
    asked = services.ask(by=asker, wish=wish(person, fields={Field.NAME}))
    colleague.approve(asked)
    guard.approve(asked)
    assert opening.open_approved(asked.pk)
    asked.refresh_from_db()
    assert values_of(asked, asked.persons.get()) == {Field.NAME: NAME}


def test_it_opens_once(opened: Elevation) -> None:
    before = opened.window_key
    assert not opening.open_approved(opened.pk)
    opened.refresh_from_db()
    assert opened.window_key == before
    assert values_of(opened, opened.persons.get()) == {Field.NAME: NAME, Field.NUMBER: NUMBER}


def test_both_who_signed_are_told_by_the_keeper(
    opened: Elevation, colleague: Approver, guard: Approver
) -> None:
    told = Notice.objects.filter(kind="elevation.signed").values_list("user", flat=True)
    assert set(told) == {colleague.user.pk, guard.user.pk}


def test_the_sweep_opens_what_a_lost_message_left(approved: Elevation) -> None:
    assert opening.open_all_approved() == 1
    assert opening.open_all_approved() == 0


def test_without_the_keepers_key_it_stays_approved_and_says_so(
    approved: Elevation, caplog: pytest.LogCaptureFixture
) -> None:
    with keeper.holding(()):
        assert not opening.open_approved(approved.pk)
    approved.refresh_from_db()
    assert (approved.state, approved.failure, approved.window_key) == (ElevationState.APPROVED, "", None)
    assert "waits for the keeper" in caplog.text
    assert opening.open_approved(approved.pk)


def test_it_opens_nothing_too_late(approved: Elevation) -> None:
    assert failure_of(approved, now=approved.asked_at + OPENS_WITHIN) == "late"
    assert approved.state == ElevationState.EXPIRED


def test_a_time_that_was_prolonged_in_the_database_opens_nothing(approved: Elevation) -> None:
    write_into(approved, opens_before=approved.opens_before + timedelta(days=9))
    assert failure_of(approved, now=approved.asked_at + timedelta(days=2)) == "late"


def test_what_was_opened_before_is_not_opened_by_setting_its_state_back(opened: Elevation) -> None:
    ConcernedPerson.objects.update(is_opened=False, sealed=None)
    write_into(opened, state="approved", opened_at=None, ends_at=None, window_key=None)
    assert failure_of(opened) == "opened_before"


def widened(elevation: Elevation, **changes: Any) -> None:
    """Write another request into the row, as somebody who holds the site's keys could."""
    from dataclasses import replace

    from accounts.elevation.contents import content_of
    from accounts.elevation.text import texts

    other = replace(content_of(elevation).asked, **changes)
    assert write(other)
    seal_content(elevation, other, texts(other))
    elevation.save(update_fields=["wrapped_key", "content"])


def test_other_fields_than_were_signed_open_nothing(
    asker: User, person: User, colleague: Approver, guard: Approver
) -> None:
    asked = services.ask(by=asker, wish=wish(person, fields={Field.NAME}))
    colleague.approve(asked)
    guard.approve(asked)
    widened(asked, fields=frozenset(Field))
    assert failure_of(asked) == "signature_invalid"


def test_another_person_than_was_signed_opens_nothing(approved: Elevation) -> None:
    other = account("ben@example.com", "Ben", NUMBERS[3])
    approved.persons.update(person=other)
    assert failure_of(approved) == "altered"


def test_another_person_in_document_and_row_opens_nothing(approved: Elevation) -> None:
    other = account("ben@example.com", "Ben", NUMBERS[3])
    approved.persons.update(person=other)
    widened(approved, persons=(other.producer_id,))
    assert failure_of(approved) == "signature_invalid"


def _remove_second(elevation: Elevation, guard: Approver) -> None:
    proof = elevation.first_proof
    write_into(elevation, second_proof=proof)


def _take_role(elevation: Elevation, guard: Approver) -> None:
    guard.user.groups.clear()


def _close_account(elevation: Elevation, guard: Approver) -> None:
    User.objects.filter(pk=guard.user.pk).update(is_active=False)


def _asker_loses_role(elevation: Elevation, guard: Approver) -> None:
    elevation.asker.groups.clear()


def _same_role(elevation: Elevation, guard: Approver) -> None:
    guard.user.groups.set([Group.objects.get(name="tracing_officer")])


def _other_key(elevation: Elevation, guard: Approver) -> None:
    """The signature, with another key beside it that fits it, and the approver's own passkey registered."""
    Authenticator.objects.filter(user=guard.user).delete()
    Passkey(name=guard.passkey.name).register(guard.user)


def _no_key(elevation: Elevation, guard: Approver) -> None:
    Authenticator.objects.filter(user=guard.user).delete()


def _never_asked(elevation: Elevation, guard: Approver) -> None:
    ApprovalQuestion.objects.filter(approver=guard.user).update(used_at=None)


def _other_locale(elevation: Elevation, guard: Approver) -> None:
    proof = copy.deepcopy(elevation.second_proof)
    write_into(elevation, second_proof={**proof, "locale": "zh-hans"})


def _no_locale(elevation: Elevation, guard: Approver) -> None:
    proof = copy.deepcopy(elevation.second_proof)
    write_into(elevation, second_proof={**proof, "locale": 7})


def _other_site(elevation: Elevation, guard: Approver) -> None:
    proof = copy.deepcopy(elevation.second_proof)
    proof["passkey"]["rp_id"] = "elsewhere.example"
    write_into(elevation, second_proof=proof)


def _later_than_now(elevation: Elevation, guard: Approver) -> None:
    write_into(elevation, second_approved_at=timezone.now() + timedelta(hours=1))


def _other_minutes(elevation: Elevation, guard: Approver) -> None:
    write_into(elevation, minutes=60)


def _other_asker(elevation: Elevation, guard: Approver) -> None:
    from tests.accounts.elevation.officers import officer

    write_into(elevation, asker=officer("third@example.com", "tracing_officer"))


def _other_content(elevation: Elevation, guard: Approver) -> None:
    write_into(elevation, content=b"x" * 64)


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (_remove_second, "signature_invalid"),
        (_take_role, "not_allowed"),
        (_close_account, "not_allowed"),
        (_asker_loses_role, "not_allowed"),
        (_same_role, "same_role"),
        (_other_key, "signature_invalid"),
        (_no_key, "signature_invalid"),
        (_never_asked, "signature_invalid"),
        (_other_locale, "signature_invalid"),
        (_no_locale, "signature_invalid"),
        (_other_site, "signature_invalid"),
        (_later_than_now, "late"),
        (_other_minutes, "altered"),
        (_other_asker, "altered"),
        (_other_content, "altered"),
    ],
)
def test_it_checks_everything_again_by_itself(
    approved: Elevation, guard: Approver, tamper: Callable[[Elevation, Approver], None], code: str
) -> None:
    tamper(approved, guard)
    assert failure_of(approved) == code


def test_an_approval_that_was_only_written_opens_nothing(
    asked: Elevation, colleague: Approver, guard: Approver
) -> None:
    colleague.approve(asked)
    now = timezone.now()
    forged = {**asked.first_proof, "passkey": {**asked.first_proof["passkey"]}, "nonce": "00" * 32}
    write_into(
        asked, state="approved", second_approver=guard.user, second_approved_at=now, second_proof=forged
    )
    assert failure_of(asked) == "signature_invalid"


def test_an_approval_by_the_person_concerned_that_was_written_past_the_page_opens_nothing(
    approved: Elevation, guard: Approver, person: User
) -> None:
    triggers.remove(connection)  # as the owner of the database can
    write_into(approved, second_approver=person)
    assert failure_of(approved) == "not_independent"


def test_proofs_that_are_no_objects_count_as_no_approvals(approved: Elevation) -> None:
    write_into(approved, second_proof="yes")
    assert failure_of(approved) == "approvals_missing"


def test_of_somebody_without_a_claim_and_of_an_erased_one_nothing_is_opened(
    approved: Elevation, person: User
) -> None:
    destroy(person)
    assert failure_of(approved) == "nothing_held"


def test_of_somebody_without_a_claim_nothing_is_opened(
    asker: User, other_user: User, colleague: Approver, guard: Approver
) -> None:
    asked = services.ask(by=asker, wish=wish(other_user))
    colleague.approve(asked)
    guard.approve(asked)
    assert failure_of(asked) == "nothing_held"


def test_of_two_persons_the_one_who_is_held_is_opened(
    asker: User, person: User, other_user: User, colleague: Approver, guard: Approver
) -> None:
    asked = services.ask(by=asker, wish=wish(person, other_user))
    colleague.approve(asked)
    guard.approve(asked)
    assert opening.open_approved(asked.pk)
    found = dict(asked.persons.values_list("person", "is_opened"))
    assert found == {person.pk: True, other_user.pk: False}


def test_an_ended_claim_still_leads_to_whoever_published_under_it(person: User, approved: Elevation) -> None:
    identity.end(by=None, claim=IdentityClaim.objects.get(user=person), reason="asked to verify again")
    assert opening.open_approved(approved.pk)
    approved.refresh_from_db()
    assert values_of(approved, approved.persons.get())[Field.NAME] == NAME


def test_what_an_erased_account_held_is_gone(person: User, approved: Elevation) -> None:
    person.deletion_requested_at = timezone.now() - RETENTION - timedelta(days=1)
    person.save()
    erase_account(by=None, user=person)
    assert failure_of(approved) == "nothing_held"


def test_a_claim_that_was_taken_back_holds_nothing(
    asker: User, other_user: User, colleague: Approver, guard: Approver
) -> None:
    claim = {"document_type": DocumentType.RESIDENT_ID, "name": "Ben", "number": NUMBERS[3]}
    identity.submit_claim(by=other_user, **claim)
    identity.withdraw(by=other_user)
    asked = services.ask(by=asker, wish=wish(other_user))
    colleague.approve(asked)
    guard.approve(asked)
    assert failure_of(asked) == "nothing_held"


def test_with_a_key_that_its_keeper_lacks_it_waits_for_it(approved: Elevation) -> None:
    with keeper.holding([OpeningKey.new()]):
        assert not opening.open_approved(approved.pk)
    approved.refresh_from_db()
    assert approved.state == ElevationState.APPROVED
    assert opening.open_approved(approved.pk)
