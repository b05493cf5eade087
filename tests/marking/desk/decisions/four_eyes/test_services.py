"""A decision that takes two …"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk import sweeping
from marking.desk.cases.actions import Action
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import services
from marking.desk.decisions.four_eyes.models import Proposal
from marking.desk.decisions.four_eyes.queries import open_proposal, payload_of
from marking.desk.decisions.four_eyes.services import confirm, decline, do, propose, withdraw
from marking.desk.measures.models import Measure
from marking.works.models import Work
from tests.marking.desk.appeals.test_against_measures import off
from tests.marking.desk.complaints import NOW, filed

pytestmark = pytest.mark.django_db
ANSWER = {"text": "The child in it is drawn, and nothing in it is forbidden."}


@pytest.fixture
def second(db: None) -> User:
    """Another member of the desk."""
    found = User.objects.create_user("second@example.com", "correct horse battery")
    found.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    return found


@pytest.fixture
def minor(officer: User, work: Work) -> Case:
    """A case about a child, taken."""
    found = filed(kind=Kind.MINOR, work=work)
    services.take(by=officer, case=found, now=NOW)
    return found


def proposed(minor: Case, officer: User) -> Proposal:
    found = do(by=officer, case=minor, action=Action.ANSWER, payload=ANSWER, now=NOW)
    assert found is not None
    return found


def test_cannot_be_made_by_one(minor: Case, officer: User, second: User) -> None:
    for confirmed_by in (None, officer):
        with pytest.raises(Refusal) as refused:
            services.answer(by=officer, case=minor, confirmed_by=confirmed_by, now=NOW, **ANSWER)
        assert refused.value.code == "two_needed"
    services.answer(by=officer, case=minor, confirmed_by=second, now=NOW, **ANSWER)


def test_waits_sealed_until_somebody_else_confirms_it(minor: Case, officer: User, second: User) -> None:
    proposal = proposed(minor, officer)
    assert payload_of(proposal) == ANSWER
    assert b"drawn" not in bytes(proposal.payload or b"")
    minor.refresh_from_db()
    assert minor.state == "in_review"
    confirm(by=second, proposal=proposal, now=NOW)
    minor.refresh_from_db()
    assert (minor.state, minor.answer, minor.taken_by) == ("answered", ANSWER["text"], officer)
    assert open_proposal(minor) is None
    events = [(each.event, each.by) for each in minor.events.all()][2:]
    assert events == [("proposed", officer), ("confirmed", second), ("answered", officer)]


def test_is_refused_to_the_same_person_and_to_who_has_a_part(
    minor: Case, officer: User, work: Work, second: User
) -> None:
    proposal = proposed(minor, officer)
    with pytest.raises(Refusal) as same:
        confirm(by=officer, proposal=proposal, now=NOW)
    assert same.value.code == "same_person"
    for part in (work.owner,):
        with pytest.raises(Refusal) as own:
            confirm(by=part, proposal=proposal, now=NOW)
        assert own.value.code == "own_work"
    Case.objects.filter(pk=minor.pk).update(reporter=second)
    proposal.refresh_from_db()
    with pytest.raises(Refusal) as reporter:
        confirm(by=second, proposal=proposal, now=NOW)
    assert reporter.value.code == "own_work"


def test_may_be_declined_and_proposed_anew(minor: Case, officer: User, second: User) -> None:
    proposal = proposed(minor, officer)
    with pytest.raises(Refusal) as twice:
        proposed(minor, officer)
    assert twice.value.code == "proposed"
    decline(by=second, proposal=proposal, now=NOW)
    minor.refresh_from_db()
    assert minor.state == "in_review"
    with pytest.raises(Refusal) as again:
        confirm(by=second, proposal=proposal, now=NOW)
    assert again.value.code == "wrong_state"
    proposed(minor, officer)


def test_is_taken_back_by_who_proposed_it_alone(minor: Case, officer: User, second: User) -> None:
    proposal = proposed(minor, officer)
    with pytest.raises(Refusal) as other:
        withdraw(by=second, proposal=proposal, now=NOW)
    assert other.value.code == "not_proposer"
    withdraw(by=officer, proposal=proposal, now=NOW)
    assert (proposal.decided_by, proposal.is_confirmed) == (officer, None)
    assert minor.events.last().event == "proposal_withdrawn"  # type: ignore[union-attr]  # there is one
    assert Record.objects.order_by("-sequence")[0].kind == "case.proposal_withdrawn"
    with pytest.raises(Refusal) as late:
        confirm(by=second, proposal=proposal, now=NOW)
    assert late.value.code == "wrong_state"
    services.put_back(by=officer, case=minor, now=NOW)


def test_is_undone_whole_where_the_act_is_refused(minor: Case, officer: User, second: User) -> None:
    payload = {"reason": "too short"[:3]}
    proposal = propose(by=officer, case=minor, action=Action.REJECT, payload=payload, now=NOW)
    with pytest.raises(Refusal) as refused:
        confirm(by=second, proposal=proposal, now=NOW)
    assert refused.value.code == "answer_length"
    assert not Record.objects.filter(kind="case.confirmed").exists()
    assert open_proposal(minor) == proposal


def test_names_both_on_a_measure(minor: Case, officer: User, second: User) -> None:
    payload: dict[str, Any] = {
        "ground": "DECISION_GROUND_ILLEGAL_CONTENT", "reference": "Law on the Protection of Minors", "explanation": "It endangers a child.",
        "facts": "The picture shows what the law forbids.", "category": "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    }  # fmt: skip
    proposal = do(by=officer, case=minor, action=Action.TAKE_DOWN, payload=payload, now=NOW)
    assert proposal is not None
    assert not Measure.objects.exists()
    confirm(by=second, proposal=proposal, now=NOW)
    measure = Measure.objects.get()
    assert (measure.imposed_by, measure.confirmed_by) == (officer, second)


def test_political_speech_takes_two_once_it_is_marked(taken: Case, officer: User) -> None:
    services.flag_political(by=officer, case=taken, now=NOW)
    services.flag_political(by=officer, case=taken, now=NOW)
    assert [each.event for each in taken.events.all()].count("flagged") == 1
    with pytest.raises(Refusal) as refused:
        services.answer(by=officer, case=taken, now=NOW, **ANSWER)
    assert refused.value.code == "two_needed"


def test_keeps_the_case_with_who_proposed_it(minor: Case, officer: User, second: User) -> None:
    proposal = proposed(minor, officer)
    assert sweeping.put_back_left(now=NOW + 10 * sweeping.HELD_FOR) == 0
    decline(by=second, proposal=proposal, now=NOW)
    assert sweeping.put_back_left(now=NOW + 10 * sweeping.HELD_FOR) == 1


def test_keeps_anybody_from_putting_the_case_back(minor: Case, officer: User, second: User) -> None:
    proposal = proposed(minor, officer)
    for by in (officer, second, None):
        with pytest.raises(Refusal) as refused:
            services.put_back(by=by, case=minor, now=NOW)
        assert refused.value.code == "proposed"
    confirm(by=second, proposal=proposal, now=NOW)
    minor.refresh_from_db()
    assert minor.state == "answered"


def test_the_database_refuses_a_decision_by_the_same_person(minor: Case, officer: User) -> None:
    proposal = proposed(minor, officer)
    for impossible in (
        {"decided_by": officer, "decided_at": NOW, "is_confirmed": True},
        {"decided_at": NOW},
        {"decided_by": officer, "decided_at": NOW, "is_confirmed": False},
        {"action": "guess"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**impossible)


def test_nothing_is_proposed_by_who_does_not_work_on_the_case(minor: Case, second: User) -> None:
    with pytest.raises(Refusal) as refused:
        propose(by=second, case=minor, action=Action.ANSWER, payload=ANSWER, now=NOW)
    assert refused.value.code == "not_taken"


@pytest.fixture
def erased(minor: Case, officer: User, second: User) -> Proposal:
    """To lift a measure of a case that was closed years ago, and whose content is erased."""
    measure = off(minor.work, officer, minor, second) if minor.work else None
    proposal = proposed(minor, officer)
    confirm(by=second, proposal=proposal, now=NOW)
    minor.refresh_from_db()
    lifting = {"measure": str(measure.pk)} if measure else {}
    found = propose(by=officer, case=minor, action=Action.LIFT, payload=lifting, now=NOW)
    sweeping.close_answered(now=NOW + sweeping.CLOSED_AFTER)
    assert sweeping.erase_contents(now=NOW + sweeping.CLOSED_AFTER + sweeping.CONTENT_KEPT) == 1
    return Proposal.objects.get(pk=found.pk)


def test_is_shown_as_erased_with_its_case_and_not_confirmed(
    erased: Proposal, second: User, minor: Case
) -> None:
    browser = Client()
    browser.force_login(second)
    address = reverse("cases:case", args=[minor.code])
    page = browser.get(address)
    assert page.status_code == 200
    assert "What was proposed is erased" in page.content.decode()
    assert f"{address}/decline" in page.content.decode()
    assert f"{address}/confirm" not in page.content.decode()
    refused = browser.post(f"{address}/confirm", {"proposal": str(erased.pk)})
    assert (refused.status_code, "nobody can confirm" in refused.content.decode()) == (410, True)
    assert open_proposal(minor) == erased


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_is_ended_though_it_is_erased(
    step: str, erased: Proposal, officer: User, second: User, minor: Case
) -> None:
    browser = Client()
    browser.force_login(officer if step == "withdraw" else second)
    address = reverse("cases:case", args=[minor.code])
    assert f"{address}/{step}" in browser.get(address).content.decode()
    assert browser.post(f"{address}/{step}", {"proposal": str(erased.pk)}).status_code == 302
    assert open_proposal(minor) is None
