"""The desk decides …"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.actions import Action
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import about_works, services
from marking.desk.decisions.four_eyes.services import confirm, do
from marking.desk.filing.services import Complaint, file_case
from marking.desk.measures.models import Measure
from marking.works.models import Work
from tests.marking.desk.complaints import NOW, filed
from tests.marking.verification.marked_files import MarkedFile, marked_file, register

from .four_eyes.test_services import second

pytestmark = pytest.mark.django_db
__all__ = ["second"]
WHY: dict[str, Any] = {
    "ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "reference": "Civil Code Art. 1032",
    "explanation": "It discloses what is private.",
    "facts": "The picture shows a letter that can be read.",
    "category": "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "keywords": ["KEYWORD_MISSING_PROCESSING_GROUND"],
}


def copy_of(owner: User, number: int, source: str) -> Work:
    """A released work that looks like the first."""
    file = marked_file()
    rgb = np.clip(file.rgb.astype(int) + 3, 0, 255).astype(np.uint8)
    work = register(owner, MarkedFile(rgb, file.data + bytes([number]), file.label_box), number=number).work
    Work.objects.filter(pk=work.pk).update(source_sha256=source)
    return work


def off(*works: Work) -> list[bool]:
    return [Work.objects.get(pk=each.pk).blocked_at is not None for each in works]


@pytest.fixture
def private(work: Work, officer: User) -> Case:
    """A case about the work, taken."""
    found = filed(kind=Kind.PRIVACY, work=work)
    services.take(by=officer, case=found, now=NOW)
    return found


def test_to_turn_the_access_off_to_the_work_its_identical_and_its_confirmed_near_copies(
    private: Case, work: Work, other_user: User, officer: User
) -> None:
    identical = copy_of(other_user, 7, work.source_sha256)
    near, twin = copy_of(other_user, 8, "8" * 64), copy_of(other_user, 9, "8" * 64)
    unseen = copy_of(other_user, 10, "a" * 64)
    made = about_works.take_down(by=officer, case=private, near=[near.code], now=NOW, **WHY)
    assert off(work, identical, near, twin, unseen) == [True, True, True, True, False]
    assert {each.imposed_by for each in made} == {officer}
    assert all(each.statement.by == officer for each in made)
    with pytest.raises(Refusal) as again:
        about_works.take_down(by=officer, case=private, now=NOW, **WHY)
    assert again.value.code == "nothing_to_do"


def test_about_no_near_copy_that_is_none(private: Case, officer: User, other_user: User) -> None:
    far = copy_of(other_user, 8, "8" * 64)
    far.registration.entries.all().delete()
    with pytest.raises(Refusal) as refused:
        about_works.take_down(by=officer, case=private, near=[far.code], now=NOW, **WHY)
    assert refused.value.code == "not_near"
    assert not Measure.objects.exists()


def test_about_nothing_of_its_own(private: Case, officer: User, work: Work) -> None:
    copy_of(officer, 8, work.source_sha256)
    with pytest.raises(Refusal) as refused:
        about_works.take_down(by=officer, case=private, now=NOW, **WHY)
    assert refused.value.code == "own_work"


def test_only_with_a_work_and_reasons_that_the_schema_allows(
    taken: Case, private: Case, officer: User
) -> None:
    with pytest.raises(Refusal) as nothing:
        about_works.take_down(by=officer, case=taken, now=NOW, **WHY)
    assert nothing.value.code == "no_work"
    with pytest.raises(Refusal) as personal:
        about_works.take_down(
            by=officer, case=private, now=NOW, **(WHY | {"facts": "lin@example.com wrote so."})
        )
    assert personal.value.code == "reasons_invalid"
    assert not Measure.objects.exists()


def test_with_a_second_person_to_overturn_and_gives_back_exactly_what_was(
    private: Case, work: Work, officer: User, second: User
) -> None:
    before = Work.objects.filter(pk=work.pk).values().get()
    (measure,) = about_works.take_down(by=officer, case=private, now=NOW, **WHY)
    payload = {"measure": str(measure.pk)}
    with pytest.raises(Refusal) as alone:
        about_works.lift(by=officer, case=private, now=NOW, **payload)
    assert alone.value.code == "two_needed"
    services.answer(by=officer, case=private, text="The access to it is off now.", now=NOW)
    private.refresh_from_db()
    proposal = do(by=officer, case=private, action=Action.LIFT, payload=payload, now=NOW)
    assert proposal is not None
    confirm(by=second, proposal=proposal, now=NOW)
    assert Work.objects.filter(pk=work.pk).values().get() == before
    assert [each.event for each in private.events.all()][-1] == "access_on"


def order_about(work: Work, by: User) -> Case:
    """An order of an authority, entered and taken."""
    said = Complaint(
        "a" * 32, Kind.AUTHORITY_ORDER, "Hand over the records.", work=work, document_sha256="d" * 64
    )
    found, _code = file_case(said, by=by, now=NOW)
    services.take(by=by, case=found, now=NOW)
    return found


def test_by_two_to_release_what_an_order_asks_for(work: Work, officer: User, second: User) -> None:
    order = order_about(work, officer)
    assert order.events.get(event="received").by == officer
    with pytest.raises(Refusal) as alone:
        about_works.release(by=officer, case=order, now=NOW)
    assert alone.value.code == "two_needed"
    proposal = do(by=officer, case=order, action=Action.RELEASE, payload={}, now=NOW)
    assert proposal is not None
    confirm(by=second, proposal=proposal, now=NOW)
    order.refresh_from_db()
    assert order.released_at == NOW
    with pytest.raises(Refusal) as again:
        about_works.release(by=officer, case=order, confirmed_by=second, now=NOW)
    assert again.value.code == "wrong_state"


def test_to_release_nothing_but_orders(taken: Case, officer: User, second: User) -> None:
    with pytest.raises(Refusal) as refused:
        about_works.release(by=officer, case=taken, confirmed_by=second, now=NOW)
    assert refused.value.code == "no_order"
