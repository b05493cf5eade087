from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention import audit, holds, naming
from accounts.retention.models import LegalHold
from accounts.users.models import User
from tests.unrecorded import unrecorded

from .conftest import NOON, PAPER

DAY = timedelta(days=1)


def proposed(by: User, subject: str = "work:8Z0K3ABCDE") -> LegalHold:
    return holds.propose(by=by, subject=subject, case="(2026)0491-12", document_sha256=PAPER, now=NOON)


def test_it_holds_at_once_and_lapses_where_nobody_confirms_it(officer: User) -> None:
    hold = proposed(officer)
    assert holds.is_held(hold.subject, NOON)
    assert not holds.is_held(hold.subject, NOON + holds.CONFIRMED_WITHIN)


def test_one_person_alone_does_not_hold_anything_for_good(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    with pytest.raises(Refusal) as refused:
        proposed_again(officer)
    assert refused.value.code == "hold_lapsed"
    assert LegalHold.objects.get() == hold
    again = proposed_again(counsel)
    assert holds.is_held(again.subject, again.proposed_at)
    assert Record.objects.filter(kind="hold.proposed").count() == 2
    assert not list(audit.changed_holds())


def test_what_is_held_is_read_as_pages_read_it(officer: User, user: User) -> None:
    assert proposed(officer, "work:8z0k3-abcde").subject == "work:8Z0K3ABCDE"
    small = f"USER:{user.producer_id.lower()}"
    assert proposed(officer, small).subject == f"user:{user.producer_id}"


@pytest.mark.parametrize("case", ["（2026）京01刑初12号", "京01刑初 12 号", "7", "(2026)0491-12"])
def test_a_court_writes_numbers_in_its_own_script(officer: User, case: str) -> None:
    hold = holds.propose(
        by=officer, subject="work:8Z0K3ABCDE", case=case, document_sha256=PAPER.upper(), now=NOON
    )
    assert (hold.case, hold.document_sha256) == (case, PAPER)


def test_nobody_decides_on_a_hold_of_their_own_work(officer: User, counsel: User) -> None:
    naming.register("work", lambda code: naming.Named("work:8Z0K3ABCDE", officer))
    with pytest.raises(Refusal, match="own account or works"):
        proposed(officer)
    hold = proposed(counsel)
    for step in (holds.confirm, holds.ask_to_lift, holds.lift, holds.keep):
        with pytest.raises(Refusal) as refused:
            step(by=officer, hold=hold, now=NOON)
        assert refused.value.code == "own_account"


def test_a_request_to_lift_can_be_turned_down(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    with pytest.raises(Refusal, match="changed"):
        holds.keep(by=counsel, hold=hold, now=NOON)
    holds.ask_to_lift(by=officer, hold=hold, now=NOON)
    holds.keep(by=counsel, hold=hold, now=NOON)
    with pytest.raises(Refusal, match="changed"):
        holds.lift(by=counsel, hold=hold, now=NOON)
    assert Record.objects.filter(kind="hold.kept").count() == 1


def test_it_finds_a_hold_that_was_taken_out_or_confirmed_past_the_log(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    assert not list(audit.changed_holds())
    with unrecorded():
        LegalHold.objects.update(confirmed_by=counsel, confirmed_at=NOON)
    assert [(each.subject, each.code) for each in audit.changed_holds()] == [(hold.log_subject, "hold_state")]
    LegalHold.objects.all().delete()
    assert [(each.subject, each.code) for each in audit.changed_holds()] == [
        (hold.log_subject, "hold_missing")
    ]


def proposed_again(by: User, now: datetime = NOON + holds.CONFIRMED_WITHIN, paper: str = PAPER) -> LegalHold:
    return holds.propose(
        by=by, subject="work:8Z0K3ABCDE", case="(2026)0491-12", document_sha256=paper, now=now
    )


def test_two_people_set_it_and_two_lift_it(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    with pytest.raises(Refusal, match="Somebody else"):
        holds.confirm(by=officer, hold=hold, now=NOON)
    holds.confirm(by=counsel, hold=hold, now=NOON)
    assert holds.is_held(hold.subject, NOON + 364 * DAY)

    with pytest.raises(Refusal, match="changed"):
        holds.lift(by=officer, hold=hold, now=NOON)
    holds.ask_to_lift(by=officer, hold=hold, now=NOON)
    with pytest.raises(Refusal, match="Somebody else"):
        holds.lift(by=officer, hold=hold, now=NOON)
    assert holds.is_held(hold.subject, NOON)
    holds.lift(by=counsel, hold=hold, now=NOON)
    assert not holds.is_held(hold.subject, NOON)
    kinds = ["hold.proposed", "hold.confirmed", "hold.lift_asked", "hold.lifted"]
    assert list(Record.objects.order_by("sequence").values_list("kind", flat=True)) == kinds


def test_two_by_turns_do_not_hold_anything_for_good(officer: User, counsel: User) -> None:
    proposed(officer)
    proposed_again(counsel)
    for by in (officer, counsel):
        with pytest.raises(Refusal) as refused:
            proposed_again(by, NOON + 14 * DAY)
        assert refused.value.code == "hold_lapsed"
    assert not holds.is_held("work:8Z0K3ABCDE", NOON + 14 * DAY)


def test_it_can_be_taken_back_by_who_proposed_it(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    with pytest.raises(Refusal) as refused:
        holds.withdraw(by=counsel, hold=hold, now=NOON)
    assert refused.value.code == "not_proposer"
    holds.withdraw(by=officer, hold=hold, now=NOON)
    assert not holds.is_held(hold.subject, NOON)
    assert Record.objects.filter(kind="hold.proposal_withdrawn", subject=hold.log_subject).exists()
    for step, by in ((holds.withdraw, officer), (holds.confirm, counsel), (holds.ask_to_lift, officer)):
        with pytest.raises(Refusal, match="changed"):
            step(by=by, hold=hold, now=NOON)
    assert not list(audit.changed_holds())


def test_what_was_taken_back_can_be_proposed_again_for_what_is_left_of_the_week(officer: User) -> None:
    first = proposed(officer)
    holds.withdraw(by=officer, hold=first, now=NOON + 2 * DAY)
    again = proposed_again(officer, NOON + 30 * DAY)
    assert again.ends_at == again.proposed_at + 5 * DAY
    holds.withdraw(by=officer, hold=again, now=again.ends_at - DAY)
    last = proposed_again(officer, NOON + 60 * DAY)
    with pytest.raises(Refusal, match="for seven days within a year") as refused:
        proposed_again(officer, last.ends_at)
    assert (last.ends_at - last.proposed_at, refused.value.code) == (DAY, "hold_lapsed")
    assert proposed_again(officer, NOON + 2 * holds.HELD_FOR).pk


def test_somebody_else_declines_it_and_it_holds_no_more(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    with pytest.raises(Refusal, match="Somebody else"):
        holds.decline(by=officer, hold=hold, now=NOON)
    holds.decline(by=counsel, hold=hold, now=NOON)
    assert not holds.is_held(hold.subject, NOON)
    assert Record.objects.filter(kind="hold.declined", subject=hold.log_subject).exists()
    for step, by in ((holds.decline, counsel), (holds.confirm, counsel), (holds.withdraw, officer)):
        with pytest.raises(Refusal, match="changed"):
            step(by=by, hold=hold, now=NOON)
    assert not list(audit.changed_holds())
    assert proposed_again(officer, NOON + DAY).ends_at == NOON + DAY + holds.CONFIRMED_WITHIN


def test_nothing_is_done_to_a_hold_that_ended(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    holds.confirm(by=counsel, hold=hold, now=NOON)
    with pytest.raises(Refusal, match="changed"):
        holds.ask_to_lift(by=officer, hold=hold, now=hold.ends_at)
    holds.ask_to_lift(by=officer, hold=hold, now=hold.ends_at - DAY)
    for step in (holds.lift, holds.keep):
        with pytest.raises(Refusal, match="changed"):
            step(by=counsel, hold=hold, now=hold.ends_at)


def test_nobody_confirms_or_declines_what_somebody_asks_to_lift(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    holds.ask_to_lift(by=officer, hold=hold, now=NOON)
    for step in (holds.confirm, holds.decline):
        with pytest.raises(Refusal, match="changed"):
            step(by=counsel, hold=hold, now=NOON)


def test_of_one_subject_one_proposal_is_open(officer: User, counsel: User) -> None:
    proposed(officer)
    with pytest.raises(Refusal, match="proposed already") as refused:
        holds.propose(by=counsel, subject="work:8Z0K3ABCDE", case="2", document_sha256="cd" * 32, now=NOON)
    assert refused.value.code == "hold_stands"
    facts = {"subject": "work:8Z0K3ABCDE", "case": "3", "document_sha256": PAPER}
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        LegalHold.objects.create(**facts, proposed_by=counsel, proposed_at=NOON, ends_at=NOON + DAY)


def test_one_that_was_confirmed_is_not_taken_back(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    holds.confirm(by=counsel, hold=hold, now=NOON)
    with pytest.raises(Refusal, match="changed"):
        holds.withdraw(by=officer, hold=hold, now=NOON)


def test_it_ends_after_a_year_unless_it_is_set_anew_by_another_paper(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    holds.confirm(by=counsel, hold=hold, now=NOON)
    soon = hold.ends_at - holds.ENDS_SOON
    assert not holds.half_done(soon - DAY).exists()
    assert holds.half_done(soon).get() == hold
    with pytest.raises(Refusal) as same:
        proposed_again(officer, hold.ends_at)
    assert same.value.code == "hold_renewal"
    renewed = proposed_again(officer, soon, "cd" * 32)
    holds.confirm(by=counsel, hold=renewed, now=soon)
    assert not holds.half_done(soon).exists()
    assert holds.is_held(hold.subject, hold.ends_at)
    assert not holds.is_held(hold.subject, renewed.ends_at)


def test_after_three_times_it_takes_somebody_who_is_new_to_it(
    officer: User, counsel: User, user: User
) -> None:
    for year in range(holds.MOST_BY_TWO + 1):
        now = NOON + year * holds.HELD_FOR
        hold = proposed_again(officer, now, f"{year:064x}")
        if year < holds.MOST_BY_TWO:
            holds.confirm(by=counsel, hold=hold, now=now)
    with pytest.raises(Refusal) as refused:
        holds.confirm(by=counsel, hold=hold, now=now)
    assert (refused.value.code, refused.value.status) == ("third_person", 403)
    holds.confirm(by=user, hold=hold, now=now)
    assert holds.is_held(hold.subject, now)


def test_it_finds_an_end_that_was_put_off_past_the_log(officer: User) -> None:
    hold = proposed(officer)
    with unrecorded():
        LegalHold.objects.update(ends_at=hold.ends_at + DAY)
    assert [(each.subject, each.code) for each in audit.changed_holds()] == [(hold.log_subject, "hold_state")]


def test_each_step_is_taken_once(officer: User, counsel: User) -> None:
    hold = proposed(officer)
    holds.confirm(by=counsel, hold=hold, now=NOON)
    with pytest.raises(Refusal, match="changed"):
        holds.confirm(by=counsel, hold=hold, now=NOON)
    with pytest.raises(Refusal, match="already"):
        proposed(counsel)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"subject": "grant:1"}, "hold_subject"),
        ({"subject": "work:9Z0K3ABCDE"}, "hold_subject"),
        ({"subject": "user:nobody"}, "hold_subject"),
        ({"case": ""}, "hold_case"),
        ({"case": "Ada Lovelace"}, "hold_case"),
        ({"document_sha256": "none"}, "hold_document"),
    ],
)
def test_it_names_what_is_held_for_which_case_by_which_paper(
    officer: User, change: dict[str, str], code: str
) -> None:
    facts = {"subject": "work:8Z0K3ABCDE", "case": "2026-1", "document_sha256": PAPER, **change}
    with pytest.raises(Refusal) as refused:
        holds.propose(by=officer, **facts)
    assert refused.value.code == code


def test_nobody_holds_or_frees_their_own_account(officer: User, counsel: User) -> None:
    own = f"user:{officer.producer_id}"
    with pytest.raises(Refusal, match="own account"):
        proposed(officer, own)
    hold = proposed(counsel, own)
    for step in (holds.confirm, holds.ask_to_lift):
        with pytest.raises(Refusal, match="own account"):
            step(by=officer, hold=hold, now=NOON)


@pytest.mark.parametrize(
    "change",
    [
        {"confirmed": True, "confirmed_at": NOON},
        {"lift_asked": True, "lift_asked_at": NOON, "lifted": True, "lifted_at": NOON},
        {"lifted_at": NOON},
        {"ends_at": NOON},
        {"withdrawn_at": NOON, "confirmed_at": NOON},
        {"declined_at": NOON},
        {"declined": True, "declined_at": NOON},
        {"declined": "counsel", "declined_at": NOON + 7 * DAY},
        {"declined": "counsel", "declined_at": NOON, "withdrawn_at": NOON},
        {"lapsed_at": NOON},
        {"lapsed_at": NOON + 7 * DAY, "withdrawn_at": NOON},
        {"lift_asked": True, "lift_asked_at": NOON + 7 * DAY},
        {"lift_asked": True, "lift_asked_at": NOON, "lifted": "counsel", "lifted_at": NOON + 7 * DAY},
        {"lift_asked": True, "lift_asked_at": NOON, "confirmed": "counsel", "confirmed_at": NOON + DAY},
        {"subject": "grant:1"},
        {"case": ""},
        {"document_sha256": "x"},
    ],
)
def test_the_database_refuses_one_person_twice_and_holds_of_nothing(
    officer: User, counsel: User, change: dict[str, Any]
) -> None:
    hold, people = proposed(officer), {True: officer, "counsel": counsel}
    facts = {
        f"{name}_by" if name in ("declined", "lift_asked", "lifted", "confirmed") else name: people.get(
            value, value
        )
        for name, value in change.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.filter(pk=hold.pk).update(**facts)


def test_a_held_work_keeps_the_account_of_its_owner(officer: User, user: User) -> None:
    assert not holds.keeps_account(user, NOON)
    holds.register("tests", lambda user: ["work:8Z0K3ABCDE"])
    try:
        proposed(officer)
        assert holds.keeps_account(user, NOON)
    finally:
        holds.register("tests", lambda user: [])
