"""A case that an appeal opened again …"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk import sweeping
from marking.desk.cases.actions import Action
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.reopening import reopen
from marking.desk.decisions import services
from marking.desk.decisions.four_eyes.services import confirm, do, propose
from marking.desk.measures.models import Measure
from marking.desk.measures.services import lift
from marking.works.models import Work
from tests.marking.desk.complaints import NOW, filed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=20)


def colleague(name: str) -> User:
    found = User.objects.create_user(f"{name}@example.com", "correct horse battery")
    found.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    return found


@pytest.fixture
def second(db: None) -> User:
    """Another member of the desk."""
    return colleague("second")


@pytest.fixture
def acted_in(work: Work, officer: User, second: User) -> Case:
    """A complete notice of an intimate picture whose clock acted; then it was turned down, and the access is on again."""
    case = filed(kind=Kind.INTIMATE_IMAGE, work=work, signature="Marguerite", is_in_good_faith=True)
    sweeping.sweep(now=NOW + 47 * HOUR)
    case.refresh_from_db()
    lift(measure=Measure.objects.get(), by=second, now=NOW + 48 * HOUR)
    services.take(by=officer, case=case, now=NOW + 48 * HOUR)
    services.reject(by=officer, case=case, reason="It shows somebody else.", now=NOW + 48 * HOUR)
    return case


def test_has_a_clock_that_acts_again(acted_in: Case, second: User, work: Work) -> None:
    assert acted_in.acted_at is not None
    reopen(case=acted_in, by=second, now=LATER)
    assert acted_in.acted_at is None
    sweeping.sweep(now=LATER + 46 * HOUR)
    assert not Measure.objects.filter(lifted_at=None).exists()
    sweeping.sweep(now=LATER + 47 * HOUR)
    assert Measure.objects.get(lifted_at=None).work == work


def test_warns_by_its_new_clock(acted_in: Case, second: User) -> None:
    reopen(case=acted_in, by=second, now=LATER)
    assert (acted_in.warned, acted_in.warn_at) == (0, LATER + 24 * HOUR)
    for _ in range(2):
        sweeping.warn(now=LATER + 24 * HOUR)
    acted_in.refresh_from_db()
    assert (acted_in.warned, acted_in.warn_at) == (1, LATER + 36 * HOUR)


def test_is_not_decided_again_by_either_of_the_two(work: Work, officer: User, second: User) -> None:
    minor, third = filed(kind=Kind.MINOR, work=work), colleague("third")
    payload = {"reason": "It shows somebody else."}
    services.take(by=officer, case=minor, now=NOW)
    proposal = do(by=officer, case=minor, action=Action.REJECT, payload=payload, now=NOW)
    assert proposal is not None
    confirm(by=second, proposal=proposal, now=NOW)
    minor.refresh_from_db()
    reopen(case=minor, by=third, now=LATER)
    for each in (officer, second):
        assert refused(services.take, by=each, case=minor, now=LATER) == "decided_before"
    services.take(by=third, case=minor, now=LATER)
    anew = propose(by=third, case=minor, action=Action.REJECT, payload=payload, now=LATER)
    for each in (officer, second):
        assert refused(confirm, by=each, proposal=anew, now=LATER) == "decided_before"
    confirm(by=colleague("fourth"), proposal=anew, now=LATER)


def test_is_not_proposed_about_by_who_decided_it(officer: User, second: User, case: Case) -> None:
    services.take(by=officer, case=case, now=NOW)
    services.reject(by=officer, case=case, reason="It shows somebody else.", now=NOW)
    reopen(case=case, by=second, now=LATER)
    code = refused(propose, by=officer, case=case, action=Action.LIFT, payload={}, now=LATER)
    assert code == "decided_before"


def refused(act: Callable[..., object], **fields: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as refusal:
        act(**fields)
    return refusal.value.code
