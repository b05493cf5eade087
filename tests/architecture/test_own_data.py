"""A copy of one's data holds something of every table that knows people."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.elevation.models import ConcernedPerson
from accounts.identity.claim_vault import masked_number_of
from accounts.leaving.kinds import POSTPONED
from accounts.notices.services import notify
from accounts.own_data import package
from accounts.own_data.decided import decisions
from accounts.own_data.held import IN_VAULT
from accounts.own_data.rooms import all_rooms
from accounts.users.models import User
from consent.requests.services import draft
from consent.rules.answering import Rules
from consent.rules.services import set_rules
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.services import submit
from tests.accounts.elevation.officers import REASON
from tests.consent.people import granted, scope_for

from .granted_things import granted_things

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

COPIED = {
    "account.EmailAddress", "accounts.AgreementAcceptance", "accounts.ConcernedPerson", "accounts.DataCopy", "accounts.Guardianship",
    "accounts.IdentityCheck", "accounts.IdentityClaim", "accounts.MailPreferences", "accounts.Mandate", "accounts.Organisation", "accounts.Notice", "accounts.Sanction", "accounts.StatementOfReasons", "accounts.Viewing", "accounts.Webhook",
    "allauth_idp_oidc.Client", "mfa.Authenticator", "usersessions.UserSession", "consent.Block", "consent.Grant",
    "consent.Request", "consent.StandingRules", "consent.Statement", "consent.Use", "marking.Appeal", "marking.FoundFace", "marking.Transition",
    "marking.UnlabelledCopy", "marking.Work",
}  # fmt: skip
LEFT_OUT = {
    "accounts.ApprovalQuestion": "what an approver is asked while a page is open",
    "accounts.Elevation": "who of the staff did what; what was opened is copied with whom it concerns, once they were told",
    "accounts.PersonKey": "the key itself, under which the rest is sealed",
    "accounts.IdempotentAnswer": "answers to programs, which had them, for a day",
    "accounts.IdentityQuestion": "what a provider still has to answer; what it answered is copied",
    "accounts.LegalHold": "what the staff keeps for proceedings",
    "admin.LogEntry": "nothing is administered there",
    "allauth_idp_oidc.Token": "secrets of an hour",
    "consent.Event": "histories: in the copy with what they are about",
    "consent.Question": "what is asked while a page is open; what was answered is in the evidence",
    "marking.Case": "who of the staff works on it",
    "marking.CaseEvent": "who of the staff did what",
    "marking.Measure": "who of the staff did what; the statement of its reasons is copied for whose work it is",
    "marking.Proposal": "who of the staff did what",
    "marking.RefutationVersion": "who of the staff wrote and decided what is published",
    "marking.RefutedWork": "who of the staff did what",
}


def test_every_table_that_knows_people_is_copied_or_left_out_for_a_reason() -> None:
    knowing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) is User
        and getattr(field, "many_to_one", False) | getattr(field, "one_to_one", False)
        and field.concrete
    }
    assert knowing - COPIED - LEFT_OUT.keys() == set(), "name it in the copy of people's data, or say why not"


@pytest.fixture
def files(verified_user: User, other_user: User, picture_file: object) -> dict[str, bytes]:
    """The copy of somebody of whom one thing was planted in each room."""
    things = granted_things(verified_user, other_user)
    told = ConcernedPerson.objects.filter(elevation__reference=things["elevation"], person=verified_user)
    told.update(is_opened=True, told_at=NOON)
    draft(
        by=verified_user,
        name="Grace Planted",
        address="grace@planted.example",
        scope=scope_for(verified_user),
    )
    set_rules(by=verified_user, rules=Rules(quiet_until=timezone.now()))
    declaration = Declaration("Planted generator", "2", Kind.SCENE, Depicts.NOBODY)
    submit(by=verified_user, path=picture_file, name="planted.png", declaration=declaration)  # type: ignore[arg-type]
    UserSession.objects.create(
        user=verified_user, ip="192.0.2.9", session_key="planted-key", user_agent="Planted"
    )
    with transaction.atomic():
        granted(other_user, verified_user)
        notify(user=verified_user, kind=POSTPONED.code, subject="user:A", params={})
    target = BytesIO()
    package.write(verified_user, target, NOON, lambda done, of: None)
    with zipfile.ZipFile(target) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_what_was_planted_in_each_room_is_in_it(files: dict[str, bytes], verified_user: User) -> None:
    planted = {
        "account/account.json": verified_user.email,
        "account/agreements.json": "accepted_at",
        "account/sessions.json": "192.0.2.9",
        "identity/claims.json": IN_VAULT,
        "identity/guardianships.json": "parent",
        "notices/notices.json": "params",
        "records/about_you.json": "work.received",
        "likeness/likeness.json": "face_swap",
        "likeness/statements.json": "recording_sha256",
        "likeness/receipts.json": "jws",
        "likeness/blocks.json": "requester_id",
        "asked/requests.json": "grace@planted.example",
        "asked/grants.json": "scope_sha256",
        "works/works.json": "planted.png",
        "works/history.json": "queued",
        "decisions/sanctions.json": "explanation",
        "decisions/reasons.json": "decision_facts",
        "decisions/accesses.json": REASON,
        "appeals/appeals.json": "filed_at",
    }
    for name, words in planted.items():
        assert words in files[name].decode(), name
        assert json.loads(files[name]) != [], name
    assert any(name.startswith("likeness/recordings/") and content for name, content in files.items())


def test_of_a_decided_name_and_number_it_holds_the_mask(files: dict[str, bytes], verified_user: User) -> None:
    (claim,) = json.loads(files["identity/claims.json"])
    assert (claim["name"], claim["number"], claim["elsewhere"]) == (None, None, IN_VAULT)
    assert claim["masked_number"] == masked_number_of(verified_user.identity_claims.get())
    assert "•" in claim["masked_number"]


def test_who_of_the_staff_decided_is_not_in_it(files: dict[str, bytes]) -> None:
    for name in ("decisions/sanctions.json", "decisions/reasons.json", "appeals/appeals.json"):
        assert json.loads(files[name]), name
        for row in json.loads(files[name]):
            assert not [key for key in row if key.endswith(("_by", "_by_id"))], name


def test_an_opening_that_one_was_not_told_of_is_not_in_it(verified_user: User, other_user: User) -> None:
    granted_things(verified_user, other_user)
    parts = {each.name: each.content for each in decisions(verified_user)}
    assert parts["accesses"] == []


def test_both_indexes_lead_to_every_file(files: dict[str, bytes]) -> None:
    listed = {name for name in files if "/" in name}
    for index in ("index.en.html", "index.zh-hans.html"):
        page = files[index].decode()
        assert all(f'href="{name}"' in page for name in listed)
    assert {each.folder for each in all_rooms()} == {name.partition("/")[0] for name in listed}


def test_no_original_and_no_secret_is_in_it(files: dict[str, bytes], picture_file: object) -> None:
    original = picture_file.read_bytes()  # type: ignore[attr-defined]
    assert original not in files.values()
    told = b"".join(content for name, content in files.items() if name.endswith(".json"))
    assert b"whsec_" not in told
    assert b"planted-key" not in told
    assert b"Ben" not in told
