"""Every change that matters is recorded: read from the source, and again with each record taken out of it."""

from __future__ import annotations

import ast

import pytest

from .emitting import Function, Program, read, unrecorded

RECORDERS = {"append", "record", "_record", "note", "_note", "enter"}
ACTS = {
    "services",
    "holds",
    "about_works",
    "opting_out",
    "agreeing",
    "previewing",
    "suspension",
    "restoring",
    "staying_down",
    "contesting",
    "erasure",
}
"""Modules whose public functions are what can be done."""

JUSTIFIED = {
    "accounts.notices.erasure.on_erased": "within an erasure, which is recorded",
    "accounts.notices.services.mark_all_read": "changes what one's own inbox looks like",
    "accounts.notices.services.notify": "tells of a change that is recorded",
    "accounts.notices.webhooks.erasure.on_erasure": "within an erasure, which is recorded",
    "accounts.notices.webhooks.services.send_test": "sends a message that says nothing",
    "accounts.own_data.erasure.on_erasure": "within an erasure, which is recorded",
    "consent.answers.restoring.ask_to_restore": "what is asked while a page is open; what was answered is recorded",
    "consent.contacts.services.contact_for": "an address that a recorded request names",
    "consent.contacts.services.erase": "within an erasure, which is recorded",
    "consent.contacts.services.erase_unused": "lets go of addresses that nothing names any more",
    "consent.uses.services.propose": "within the receipt of a work, or an answer about its faces, which are recorded",
    "marking.desk.filing.services.count_opinion": "counts what people think of a verdict, whoever they are",
    "marking.registry.services.register": "within a release, which is recorded",
    "marking.registry.services.register_variant": "within the making of a copy, which is recorded",
}
MUST = {
    "accounts.elevation.approving._approve": "approved_second",
    "accounts.elevation.approving.refuse": "refused",
    "accounts.elevation.telling.end_gag": "gag_ended",
    "accounts.elevation.viewing.close": "closed",
    "accounts.guardians.services.claim_ward": "guardian.claimed",
    "accounts.guardians.services.confirm": "guardian.confirmed",
    "accounts.guardians.services.turn_down": "guardian.turned_down",
    "accounts.identity.naming.bears_name": "identity.compared",
    "accounts.identity.same_name.is_named_as": "identity.matched",
    "accounts.identity.services.approve": "identity.verified",
    "accounts.identity.services.end": "identity.ended",
    "accounts.identity.services.erase": "identity.ended",
    "accounts.identity.services.reject": "identity.rejected",
    "accounts.identity.services.submit_claim": "identity.submitted",
    "accounts.identity.services.reveal": "identity.viewed",
    "accounts.identity.services.withdraw": "identity.withdrawn",
    "accounts.identity.settling._turn_down": "identity.rejected",
    "accounts.identity.settling._verify": "identity.verified",
    "accounts.identity.settling.accept_named": "identity.submitted",
    "accounts.organisations.acting.act_for": "organisation.acted",
    "accounts.own_data.services.fetch": "downloaded",
    "accounts.records.keys._enter": "kind=kind",
    "accounts.records.keys.tell_rotated": "ROTATED",
    "accounts.retention.emptying._empty": "KIND",
    "accounts.sanctions.services.confirm": "sanction.imposed",
    "accounts.sanctions.services.impose": "sanction.imposed",
    "accounts.users.erasure.erase_account": "account.erased",
    "accounts.users.services.end_all_sessions": "account.sessions_ended",
    "consent.answers.agreeing.recorded": "refused_",
    "consent.grants.services.give": "enter",
    "consent.requests.services.draft": "enter",
    "consent.statements.services.ask_for": "StatementState.ASKED",
    "consent.statements.services.hear": "heard",
    "marking.desk.measures.acting._act": "ACCESS_OFF",
    "marking.desk.appeals.against_measures._undo": "ACCESS_ON",
    "marking.desk.appeals.services.file_for_case": "APPEALED",
    "marking.desk.decisions.about_works.lift": "ACCESS_ON",
    "marking.desk.decisions.about_works.take_down": "ACCESS_OFF",
    "marking.desk.filing.services._correct_contact": "CONTACT_CHANGED",
    "marking.desk.filing.services._create": "RECEIVED",
    "marking.desk.decisions.reporters.compare_identity": "IDENTITY_COMPARED",
    "marking.desk.decisions.services.name_work": "COMPLETED",
    "marking.desk.decisions.services.reveal_contact": "CONTACT_VIEWED",
    "marking.desk.refutations.services.decide_on_copy": "kind=kind",
    "marking.desk.tracing.services._record": "work.traced",
    "marking.desk.tracing.services.trace_file": "_record",
    "marking.desk.tracing.services.trace_number": "_record",
    "marking.desk.cases.validity.complete": "COMPLETED",
    "marking.desk.cases.validity.note_valid": "VALID",
    "marking.unlabelled.services.request_copy": "work.unlabelled_copy_requested",
    "marking.works.distribution.distribute": "file.propagated",
    "marking.works.execution._publish": "work.released",
    "marking.works.execution._send_back": "work.consent_missing",
    "marking.works.faces.services.say_same": "work.faces_same",
    "marking.works.services.delete": "work.deleted",
    "marking.works.services.record_download": "work.downloaded",
    "marking.works.services.submit": "work.received",
}
"""Looks that change nothing, and acts of which another function records as well: what each has to record itself."""
WAYS = {
    "consent.history.services.note": ["person=person", "person=None", "person=None"],
    "marking.works.lifecycle.record": ["person=work.owner", "person=None", "person=None"],
}
"""What writes one record by whichever way is left: sealed, or open for an erased person, or as much as the law asks under a lost key."""


@pytest.fixture(scope="module")
def program() -> Program:
    return read()


def acts(program: Program) -> list[str]:
    return [
        name for name, each in program.functions.items() if each.is_public and name.split(".")[-2] in ACTS
    ]


def test_whatever_can_be_done_is_recorded(program: Program) -> None:
    past = {name: lines for name in acts(program) if (lines := unrecorded(program, program.functions[name]))}
    assert past.keys() - JUSTIFIED.keys() == set(), "these change the database and write no record beside it"


def test_nothing_is_justified_that_needs_no_reason(program: Program) -> None:
    needless = [name for name in JUSTIFIED if not unrecorded(program, program.functions[name])]
    assert needless == []


def test_it_looks_at_what_it_should(program: Program) -> None:
    assert len(acts(program)) > 80
    assert "marking.works.services.submit" in program.recording
    assert "marking.works.services.submit" in program.writing


def test_any_record_that_is_taken_out_is_missed(program: Program) -> None:
    missed, sites = [], 0
    for name, function in program.functions.items():
        for statement in emitted(program, function):
            sites += 1
            if name not in {*MUST, *WAYS} and not is_missed(program, name, statement):
                missed.append(f"{name}: {ast.unparse(statement)[:70]}")
    assert sites > 60
    assert missed == []


@pytest.mark.parametrize("name", sorted(MUST))
def test_a_look_or_an_act_beside_others_has_a_record_of_its_own(program: Program, name: str) -> None:
    function = program.functions[name]
    (statement,) = (each for each in emitted(program, function) if MUST[name] in ast.unparse(each))
    left = program.without(name, statement).functions[name]
    assert not [each for each in emitted(program, left) if MUST[name] in ast.unparse(each)]


@pytest.mark.parametrize("name", sorted(WAYS))
def test_a_record_that_is_written_one_way_or_another_has_each_way(program: Program, name: str) -> None:
    written = [ast.unparse(each) for each in emitted(program, program.functions[name])]
    assert len(written) == len(WAYS[name])
    assert all(words in each for words, each in zip(WAYS[name], written, strict=True))


def emitted(program: Program, function: Function) -> list[ast.Expr]:
    """The statements of a function that write a record and do nothing else."""
    if function.name.split(".")[-2].endswith("views"):
        return []
    return [
        each
        for each in ast.walk(function.node)
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and function.target(each.value) in program.recording
        and function.target(each.value).rpartition(".")[2] in RECORDERS
    ]


def is_missed(program: Program, name: str, statement: ast.Expr) -> bool:
    """Whether a function is found to record less than before: the one that lost its record, or one above it."""
    changed = program.without(name, statement)
    above, waiting = {name}, [name]
    while waiting:
        dropped = waiting.pop() not in changed.recording
        more = (program.callers.get(name, set()) if dropped else set()) - above
        above |= more
        waiting += more
    return any(
        len(unrecorded(changed, changed.functions[each])) > len(unrecorded(program, program.functions[each]))
        for each in sorted(above)
    )
