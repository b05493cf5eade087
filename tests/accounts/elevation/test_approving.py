"""One approver, self-approval, approvers of one role, and forged, foreign, used and late signatures: all refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.elevation import opening, services
from accounts.elevation.asking import OPENS_WITHIN
from accounts.elevation.models import ApprovalQuestion, Elevation
from accounts.elevation.states import ElevationState
from accounts.notices.models import Notice
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.answers.models import Question
from tests.accounts.elevation.officers import SITE, Approver, approver, officer, wish

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def attempts(elevation: Elevation) -> list[object]:
    """The codes of refused attempts that the log holds."""
    found = Record.objects.filter(subject=elevation.log_subject, kind="access.approval_refused")
    return [body_of(each)["code"] for each in found.order_by("sequence")]  # type: ignore[call-overload,index]


def test_two_approvals_open_it_and_one_does_not(
    asked: Elevation, colleague: Approver, guard: Approver
) -> None:
    assert colleague.approve(asked).state == ElevationState.ASKED
    assert not opening.open_approved(asked.pk)
    assert guard.approve(asked).state == ElevationState.APPROVED
    assert opening.open_approved(asked.pk)
    asked.refresh_from_db()
    assert asked.state == ElevationState.OPEN


def test_nobody_approves_what_they_asked_for(asker: User, asked: Elevation, guard: Approver) -> None:
    own = Approver(asker)
    own.passkey.register(asker)
    assert refused(lambda: own.approve(asked)) == "own_request"
    question = services.put(asked, by=guard.user, locale="en")
    assertion = own.passkey.sign(bytes(32))
    act = lambda: services.approve(  # noqa: E731
        asked, by=asker, nonce=bytes(question.nonce), assertion=assertion, site=SITE
    )
    assert refused(act) == "own_request"
    assert attempts(asked) == ["own_request", "own_request"]


def test_nobody_approves_an_opening_of_their_own_identity(asker: User, guard: Approver) -> None:
    about = services.ask(by=asker, wish=wish(guard.user))
    assert refused(lambda: guard.approve(about)) == "concerned"
    assert refused(lambda: services.refuse(about, by=guard.user)) == "concerned"


def test_one_person_approves_once(asked: Elevation, guard: Approver) -> None:
    guard.approve(asked)
    assert refused(lambda: guard.approve(asked)) == "approved_already"


def test_two_of_the_askers_own_role_are_not_enough(
    asked: Elevation, colleague: Approver, guard: Approver
) -> None:
    other = approver("other@example.com", "tracing_officer")
    colleague.approve(asked)
    assert refused(lambda: other.approve(asked)) == "same_role"
    asked.refresh_from_db()
    assert asked.second_approver is None
    assert guard.approve(asked).state == ElevationState.APPROVED


def test_a_superuser_approves_as_one_of_two_and_asks_as_anybody(
    asked: Elevation, colleague: Approver, operator: User, person: User, guard: Approver
) -> None:
    high = Approver(operator)
    high.passkey.register(operator)
    assert high.approve(asked).state == ElevationState.ASKED
    assert refused(lambda: high.approve(asked)) == "approved_already"
    own = services.ask(by=operator, wish=wish(person))
    assert refused(lambda: high.approve(own)) == "own_request"
    assert guard.approve(own).state == ElevationState.ASKED


@pytest.mark.parametrize("roles", [(), ("auditor",), ("case_officer",), ("identity_reviewer",)])
def test_other_roles_neither_ask_nor_approve_nor_refuse(
    asked: Elevation, person: User, roles: tuple[str, ...]
) -> None:
    other = approver("other@example.com", *roles)
    assert refused(lambda: other.approve(asked)) == "not_allowed"
    assert refused(lambda: services.refuse(asked, by=other.user)) == "not_allowed"
    assert refused(lambda: services.ask(by=other.user, wish=wish(person))) == "not_allowed"


def test_there_is_no_way_without_a_passkey(asked: Elevation) -> None:
    bare = officer("bare@example.com", "privacy_officer")
    assert refused(lambda: services.put(asked, by=bare, locale="en")) == "passkey_needed"


def sign(asked: Elevation, by: Approver, passkey: Approver, question: ApprovalQuestion) -> object:
    return services.approve(
        asked, by=by.user, nonce=bytes(question.nonce), assertion=passkey.sign(question), site=SITE
    )


def test_a_signature_by_another_persons_passkey_is_forged(
    asked: Elevation, guard: Approver, colleague: Approver
) -> None:
    question = services.put(asked, by=guard.user, locale="en")
    forged = Approver(guard.user, replace(guard.passkey, key=colleague.passkey.key))
    assert refused(lambda: sign(asked, guard, colleague, question)) == "signature_invalid"
    assert refused(lambda: sign(asked, guard, forged, question)) == "signature_invalid"
    assert attempts(asked) == ["signature_invalid"] * 2


def test_a_signature_for_one_request_fits_no_other(
    asked: Elevation, asker: User, person: User, guard: Approver
) -> None:
    other = services.ask(by=asker, wish=wish(person, minutes=60))
    question = services.put(asked, by=guard.user, locale="en")
    wider = services.put(other, by=guard.user, locale="en")
    assertion = guard.sign(question)
    for elevation, nonce in ((other, wider.nonce), (other, question.nonce)):
        act = lambda elevation=elevation, nonce=nonce: services.approve(  # noqa: E731
            elevation, by=guard.user, nonce=bytes(nonce), assertion=assertion, site=SITE
        )
        assert refused(act) in {"signature_invalid", "question_gone"}


def test_an_approval_is_not_replayed(asked: Elevation, guard: Approver, colleague: Approver) -> None:
    question = services.put(asked, by=guard.user, locale="en")
    assertion = guard.sign(question)
    act = lambda by: services.approve(  # noqa: E731
        asked, by=by, nonce=bytes(question.nonce), assertion=assertion, site=SITE
    )
    act(guard.user)
    assert refused(lambda: act(guard.user)) == "approved_already"
    assert refused(lambda: act(colleague.user)) == "question_gone"
    Elevation.objects.update(first_approver=None, first_approved_at=None, first_proof=None)
    asked.refresh_from_db()
    assert refused(lambda: act(guard.user)) == "question_gone"


def test_a_copied_passkey_is_found_by_its_counter(
    asker: User, person: User, asked: Elevation, guard: Approver
) -> None:
    copy = Approver(guard.user, replace(guard.passkey))
    guard.approve(asked)
    other = services.ask(by=asker, wish=wish(person))
    assert refused(lambda: copy.approve(other)) == "signature_invalid"
    guard.approve(other)


def test_a_passkey_that_does_not_count_is_taken(asked: Elevation, guard: Approver) -> None:
    guard.passkey.count = -1
    assert guard.approve(asked).first_approver == guard.user


def test_what_was_read_five_minutes_ago_is_not_signed_any_more(asked: Elevation, guard: Approver) -> None:
    question = services.put(asked, by=guard.user, locale="en")
    late = timezone.now() + timedelta(minutes=5, seconds=1)
    act = lambda: services.approve(  # noqa: E731
        asked, by=guard.user, nonce=bytes(question.nonce), assertion=guard.sign(question), site=SITE, now=late
    )
    assert refused(act) == "question_gone"


def test_nobody_approves_after_a_day(asked: Elevation, guard: Approver) -> None:
    late = asked.asked_at + OPENS_WITHIN
    assert refused(lambda: guard.approve(asked, late)) == "wrong_state"


def test_one_refusal_ends_it_and_the_asker_is_told(
    asker: User, asked: Elevation, colleague: Approver, guard: Approver
) -> None:
    colleague.approve(asked)
    services.refuse(asked, by=guard.user)
    asked.refresh_from_db()
    assert (asked.state, asked.refused_by) == (ElevationState.REFUSED, guard.user)
    assert Notice.objects.filter(user=asker, kind="elevation.decided").count() == 1
    for act in (lambda: guard.approve(asked), lambda: services.refuse(asked, by=guard.user)):
        assert refused(act) == "wrong_state"


def test_an_approval_counts_as_no_consent(asked: Elevation, guard: Approver) -> None:
    guard.approve(asked)
    assert not Question.objects.exists()
