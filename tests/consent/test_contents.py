from __future__ import annotations

import json
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.own_data import package
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.records.verify import verify
from accounts.retention import emptying, holds, purging
from accounts.retention.months import months_before
from accounts.users.models import User
from consent.contacts.models import Contact
from consent.contacts.services import address_of, contact_for
from consent.contents import EVIDENCE
from consent.grants.evidence import is_damaged, proof_of, readable_facts
from consent.grants.models import Evidence, Grant
from consent.receipts.checking import check
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.sweeping import sweep
from consent.scope import Proof
from consent.statements import recordings
from consent.statements import services as statements
from consent.statements.models import Statement
from consent.uses.ending import remove
from consent.uses.services import check as check_use
from consent.uses.services import go_live
from consent.withdrawal.services import withdraw
from tests.consent.answers.asked import asked
from tests.consent.depicting import published
from tests.consent.people import proposed
from tests.unrecorded import unrecorded

RECORDING = b"OggS" + bytes(2000)
PAPER = "ab" * 32
LIKENESS = ("evidence", "clauses", "receipts", "statements", "requests", "contacts")


def later(months: int) -> datetime:
    return months_before(timezone.now() + timedelta(hours=1), -months)


@pytest.fixture
def over(person: User, creator: User, grant: Grant) -> Grant:
    """A consent that was withdrawn just now, and of the same two a question that ran out, with a statement that was never heard."""
    withdraw(by=person, grant=grant)
    request = asked(creator)
    statement = statements.ask_for(
        request=request, person=person, speaker=person, scope="{}", facts={"text": "I agree."}, locale="en"
    )
    statements.record(by=person, statement=statement, recording=RECORDING)
    now = timezone.now() + timedelta(days=15)
    sweep(now=now)
    statements.sweep(now=now)
    statements.sweep(now=now)
    return Grant.objects.get(pk=grant.pk)


def by_name(now: datetime) -> dict[str, int]:
    return {each.name: each.emptied for each in emptying.run(now=now)}


def emptied(now: datetime) -> dict[str, int]:
    return {each.name: each.emptied for each in emptying.run(now=now) if each.name in LIKENESS}


def test_each_kind_is_emptied_three_years_after_its_end_and_not_before(over: Grant) -> None:
    assert emptied(later(35)) == dict.fromkeys(LIKENESS, 0)
    # The question was to be answered two weeks later than the consent was withdrawn.
    assert emptied(later(36)) == {**dict.fromkeys(LIKENESS, 0), "evidence": 1, "clauses": 1, "receipts": 4}
    assert emptied(later(37)) == {**dict.fromkeys(LIKENESS, 1), "evidence": 0, "clauses": 0, "receipts": 0}
    for model in (Evidence, Receipt, Statement, Request, Contact, Grant):
        assert not model.objects.filter(emptied_at__isnull=True).exists()  # type: ignore[attr-defined]


def test_nothing_of_it_can_be_read_afterwards(over: Grant) -> None:
    emptying.run(now=later(37))
    grant, request = Grant.objects.get(), Request.objects.select_related("contact").get()
    assert (readable_facts(grant), grant.scope, is_damaged(grant)) == (None, {}, False)
    assert (name_of(request), address_of(request.contact), request.scope) == ("", "", {})
    statement = Statement.objects.get()
    assert (bytes(statement.sealed), statement.scope, statement.code) == (b"", "", "")
    with pytest.raises(FileNotFoundError):
        recordings.load(statement.reference, statement.person)


def test_what_was_proven_and_when_stays(over: Grant) -> None:
    emptying.run(now=later(37))
    grant = Grant.objects.get()
    assert (proof_of(grant), grant.ended_at, grant.scope_sha256) == (
        Proof.SIGNED,
        over.ended_at,
        over.scope_sha256,
    )


def test_verify_says_erased_and_not_tampered(over: Grant) -> None:
    now = later(37)
    purging.run(now=now)
    emptying.run(now=now)
    findings = verify(is_deep=True)
    assert findings.is_intact
    assert findings.erased > 0


def test_each_emptying_is_recorded_once(over: Grant) -> None:
    now = later(37)
    emptying.run(now=now)
    assert emptied(now) == dict.fromkeys(LIKENESS, 0)
    said: list[Any] = [body_of(each) for each in Record.objects.filter(kind="retention.emptied")]
    assert sorted(each["content"] for each in said if each["content"] in LIKENESS) == sorted(LIKENESS)
    (evidence,) = (each for each in said if each["content"] == "evidence")
    assert (evidence["rows"], evidence["count"], evidence["months"]) == ([over.log_subject], 1, 36)


def test_a_dry_run_only_counts(over: Grant) -> None:
    told = {each.name: each.emptied for each in emptying.run(is_dry=True, now=later(37))}
    assert (told["evidence"], told["requests"]) == (1, 1)
    assert not Evidence.objects.filter(emptied_at__isnull=False).exists()


def test_one_run_empties_no_more_than_it_may_and_the_next_goes_on(over: Grant) -> None:
    """As after a run that was broken off: each page is a transaction of its own."""
    now = later(37)
    for most in (3, 1, 1):
        told = {each.name: each.emptied for each in emptying.run(now=now, most=most)}
        assert told["receipts"] <= most
    assert (Receipt.objects.filter(emptied_at__isnull=True).count(), emptied(now)["receipts"]) == (0, 0)
    said: list[Any] = [body_of(each) for each in Record.objects.filter(kind="retention.emptied")]
    named = [row for each in said if each["content"] == "receipts" for row in each["rows"]]
    assert sorted(named) == sorted(each.log_subject for each in Receipt.objects.all())


@pytest.mark.parametrize("whose", ["person", "creator"])
def test_what_is_held_is_kept(over: Grant, person: User, creator: User, whose: str, admin_user: User) -> None:
    subject = f"user:{(person if whose == 'person' else creator).producer_id}"
    now = later(37)
    holds.propose(by=admin_user, subject=subject, case="2026-1", document_sha256=PAPER, now=now)
    told = {each.name: (each.emptied, each.held) for each in emptying.run(now=now)}
    assert (told["evidence"], told["receipts"], told["statements"]) == ((0, 1), (0, 4), (0, 1))
    assert Evidence.objects.get().emptied_at is None


def test_what_somebody_holds_while_it_runs_is_kept(over: Grant, person: User, admin_user: User) -> None:
    now, subject = later(37), f"user:{person.producer_id}"
    found = [each.pk for each in EVIDENCE.due(now)]
    holds.propose(by=admin_user, subject=subject, case="2026-1", document_sha256=PAPER, now=now)
    assert emptying._empty(EVIDENCE, found, now, now) == 0
    assert emptying._empty(EVIDENCE, found, now, now + holds.CONFIRMED_WITHIN) == 1


def test_a_hold_on_a_work_keeps_the_consents_behind_it(
    person: User, creator: User, grant: Grant, admin_user: User
) -> None:
    work, _use = published(creator, grant)
    withdraw(by=person, grant=grant)
    now = later(37)
    holds.propose(by=admin_user, subject=f"work:{work.code}", case="2026-1", document_sha256=PAPER, now=now)
    assert by_name(now)["evidence"] == by_name(now)["clauses"] == by_name(now)["receipts"] == 0
    assert by_name(now + holds.CONFIRMED_WITHIN)["evidence"] == 1


def test_a_consent_that_goes_on_keeps_everything(grant: Grant) -> None:
    assert emptied(later(600)) == dict.fromkeys(LIKENESS, 0)


@pytest.mark.parametrize("is_held", [False, True])
def test_the_terms_of_a_use_go_once_it_is_removed_and_every_consent_to_it_ended(
    person: User, creator: User, grant: Grant, admin_user: User, is_held: bool
) -> None:
    use = proposed(creator, grant)
    check_use(use)
    with transaction.atomic():
        go_live(use, now=timezone.now())
        remove(use, by=creator, now=timezone.now())
    assert by_name(later(600))["uses"] == 0
    withdraw(by=person, grant=grant)
    if is_held:
        facts = {"subject": f"user:{creator.producer_id}", "case": "2026-1", "document_sha256": PAPER}
        holds.propose(by=admin_user, now=later(36), **facts)
    assert [by_name(later(months))["uses"] for months in (35, 36)] == [0, 0 if is_held else 1]
    use.refresh_from_db()
    assert (use.terms == {}, use.emptied_at is None) == (not is_held, is_held)
    assert verify(is_deep=True).is_intact


def test_an_address_goes_after_the_last_that_was_asked_under_it(creator: User, person: User) -> None:
    first, second = asked(creator), asked(creator, subject="work:0000000001")
    with unrecorded():
        Request.objects.filter(pk=first.pk).update(state="expired")
    now = later(38)
    assert (emptied(now)["requests"], emptied(now)["contacts"]) == (1, 0)
    with unrecorded():
        Request.objects.filter(pk=second.pk).update(state="expired")
    assert emptied(now)["requests"] == 1
    assert Contact.objects.get().sealed_address is None


def test_who_is_asked_anew_gets_the_address_back(over: Grant) -> None:
    emptying.run(now=later(37))
    contact = contact_for("lin@example.com")
    assert (address_of(contact), contact.emptied_at) == ("lin@example.com", None)
    assert verify(is_deep=True).is_intact


def test_a_silent_answer_does_not_show_by_the_day_of_the_emptying(creator: User) -> None:
    silent, unanswered = asked(creator), asked(creator, subject="work:0000000001")
    with unrecorded():
        Request.objects.filter(pk=silent.pk).update(
            state="refused", answered_at=timezone.now(), answer_by=unanswered.answer_by
        )
        Request.objects.filter(pk=unanswered.pk).update(state="expired")
    assert [emptied(later(36))["requests"], emptied(later(37))["requests"]] == [0, 2]


@pytest.mark.parametrize(
    ("model", "content"),
    [
        (Evidence, {"sealed": b"full"}),
        (Grant, {"scope": {"elements": ["face"]}}),
        (Receipt, {"jws": "full"}),
        (Statement, {"code": "123456"}),
        (Request, {"scope": {"elements": ["face"]}}),
        (Request, {"wrapped_key": b"full", "sealed_name": b"full"}),
        (Contact, {"wrapped_key": b"full", "sealed_address": b"full"}),
    ],
)
def test_the_database_refuses_an_emptied_row_with_content(
    over: Grant, model: Any, content: dict[str, Any]
) -> None:
    emptying.run(now=later(37))
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**content)


def codes() -> set[str]:
    return {each.code for each in verify(is_deep=True).told}


def test_what_was_emptied_past_the_log_is_found(over: Grant) -> None:
    Evidence.objects.update(sealed=b"", emptied_at=timezone.now())
    assert codes() == {"emptied_without_record"}


def test_what_was_emptied_too_early_is_found(over: Grant) -> None:
    emptying.run(now=later(37))
    Request.objects.update(answer_by=later(20))
    assert "content_emptied_early" in codes()


def test_what_is_full_again_is_found(over: Grant) -> None:
    full = bytes(Evidence.objects.get().sealed)
    emptying.run(now=later(37))
    Evidence.objects.update(sealed=full, emptied_at=None)
    assert codes() == {"emptied_row_filled"}


def test_a_copy_that_somebody_holds_can_still_be_checked(over: Grant) -> None:
    receipt = Receipt.objects.order_by("version").first()
    assert receipt is not None
    emptying.run(now=later(37))
    assert check(receipt.jws.encode()).is_valid


def test_the_page_and_the_receipt_say_until_when_it_is_kept(
    client: Client, over: Grant, person: User
) -> None:
    client.force_login(person)
    assert over.ended_at is not None
    day = timezone.localdate(months_before(over.ended_at, -36)).isoformat()
    assert f"are kept until {day}" in client.get(f"/me/likeness/grants/{over.reference}").content.decode()
    receipt = Receipt.objects.latest("version")
    assert receipt.document["processing"]["purposes"][0]["retention_period"]["after_end"] == "P36M"
    said = client.get(f"/receipts/{Receipt.objects.filter(side='person').latest('version').reference}")
    assert b"until 36 months after the end of the consent" in said.content


def test_pages_say_erased(client: Client, over: Grant, person: User) -> None:
    receipt, request = Receipt.objects.filter(side="person").latest("version"), Request.objects.get()
    statement = Statement.objects.get()
    emptying.run(now=later(37))
    client.force_login(person)
    for path in (
        f"/me/likeness/grants/{over.reference}",
        f"/me/likeness/requests/{request.answer_reference}/",
        f"/me/likeness/statements/{statement.reference}",
    ):
        assert b"Erased on" in client.get(path).content, path
    assert client.get("/me/likeness/").status_code == 200
    for path in ("", ".json", ".pdf"):
        answer = client.get(f"/receipts/{receipt.reference}{path}")
        assert (answer.status_code, b"This receipt was erased on" in answer.content) == (410, True)


def test_the_hash_on_a_paper_leads_to_the_same_answer(client: Client, over: Grant) -> None:
    sha256 = Receipt.objects.latest("version").sha256
    emptying.run(now=later(37))
    answer = client.get("/receipts/check", {"sha256": sha256})
    assert (answer.status_code, b"This receipt was erased on" in answer.content) == (410, True)


def test_the_requesters_page_says_erased(client: Client, over: Grant, creator: User) -> None:
    emptying.run(now=later(37))
    client.force_login(creator)
    answer = client.get(f"/consent/requests/{Request.objects.get().reference}")
    assert b"Erased on" in answer.content
    assert client.get("/consent/requests/").status_code == 200


def test_no_page_breaks_over_what_is_empty(client: Client, over: Grant, person: User, creator: User) -> None:
    request = Request.objects.get()
    emptying.run(now=later(37))
    grant = f"/me/likeness/grants/{over.reference}"
    own = f"/me/likeness/requests/{request.answer_reference}/"
    theirs = f"/consent/requests/{request.reference}"
    pages = {
        person: (
            f"{grant}/withdraw",
            f"{grant}/restore",
            f"{grant}/contest",
            f"{own}narrow",
            f"{own}picture",
        ),
        creator: (f"{theirs}/edit", theirs),
    }
    for user, paths in pages.items():
        client.force_login(user)
        for path in paths:
            assert client.get(path).status_code < 500, path
    client.force_login(creator)
    for act in ("send", "remind", "cancel", "accept"):
        assert client.post(f"{theirs}/{act}").status_code < 500, act
    client.force_login(person)
    for act in ("open", "answer", "text"):
        assert client.post(f"{own}{act}", {"act": "refuse"}).status_code < 500, act
    assert verify(is_deep=True).is_intact


def test_the_reviewers_page_says_erased(client: Client, over: Grant, admin_user: User) -> None:
    emptying.run(now=later(37))
    client.force_login(admin_user)
    answer = client.get(reverse("statement_review:statement", args=[Statement.objects.get().reference]))
    assert b"Erased on" in answer.content


def test_a_copy_of_ones_data_says_when(over: Grant, person: User, creator: User) -> None:
    emptying.run(now=later(37))
    for user, folder, names in (
        (person, "likeness", ("statements", "receipts")),
        (creator, "asked", ("requests", "grants", "receipts")),
    ):
        target = BytesIO()
        package.write(user, target, timezone.now(), lambda done, of: None)
        with zipfile.ZipFile(target) as files:
            for name in names:
                for row in json.loads(files.read(f"{folder}/{name}.json")):
                    assert row["emptied_at"], name
                    assert "Lin Mei" not in str(row)


def test_the_export_says_when(client: Client, over: Grant, person: User) -> None:
    emptying.run(now=later(37))
    client.force_login(person)
    (given,) = json.loads(client.get("/me/likeness/export").content)["grants"]
    assert (given["scope"], given["evidence"]["facts"], given["damaged"]) == ({}, None, False)
    assert given["emptied_at"]
