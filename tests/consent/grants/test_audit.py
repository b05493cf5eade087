from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.identity.models import IdentityClaim
from accounts.records import deep, triggers
from accounts.records.models import Record, RecordBody
from accounts.records.verify import verify
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.vault.models import PersonKey
from consent.grants import evidence
from consent.grants.evidence import scope_digest
from consent.grants.models import Evidence, Grant
from consent.scope import Deny, GrantState, Proof
from consent.uses.services import check
from consent.withdrawal.services import withdraw
from tests.consent.depicting import on_record, published
from tests.consent.people import NUMBERS, account, granted, proposed
from tests.queries import queries_of
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_triggers(db: None) -> Iterator[None]:
    """What keeps the log from being changed is away, as for whoever owns the database."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


def codes() -> set[str]:
    return {finding.code for finding in verify(is_deep=True).told}


def wider(grant: Grant) -> dict[str, object]:
    return {**grant.scope, "outputs": 300}


def test_it_finds_nothing_wrong_with_what_was_given_and_ended(person: User, grant: Grant) -> None:
    assert codes() == set()
    withdraw(by=person, grant=grant)
    assert codes() == set()
    call_command("records", "verify", "--deep")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (lambda grant: {"scope": wider(grant)}, {"grant_scope", "grant_evidence"}),
        (
            lambda grant: {"scope": wider(grant), "scope_sha256": scope_digest(wider(grant)), "outputs": 300},
            {"grant_evidence", "grant_record"},
        ),
        (lambda grant: {"outputs": 300}, {"grant_evidence"}),
        (lambda grant: {"ends_at": grant.ends_at.replace(year=2030)}, {"grant_evidence"}),
    ],
)
def test_it_finds_a_grant_that_was_changed_and_nothing_is_allowed_by_it(
    creator: User, grant: Grant, changes: object, found: set[str]
) -> None:
    use = proposed(creator, grant)
    with unrecorded():
        Grant.objects.filter(pk=grant.pk).update(**changes(grant))  # type: ignore[operator]
    assert codes() == found
    assert isinstance(check(use), Deny)


def test_it_finds_a_grant_that_was_moved_to_another_person(creator: User, grant: Grant) -> None:
    other = account("wang@example.com", "Wang Fang", NUMBERS[3])
    use = proposed(creator, grant)
    Grant.objects.filter(pk=grant.pk).update(person=other)
    assert "grant_evidence" in codes()
    assert isinstance(check(use), Deny)


@pytest.mark.parametrize("side", ["person", "grantee"])
def test_it_finds_one_that_who_holds_the_sites_keys_made_anothers(
    creator: User, grant: Grant, side: str
) -> None:
    """The evidence is sealed anew, for whom the row names now, and fits it."""
    facts, proof = evidence.facts_of(grant), Proof(grant.evidence.proof)
    Evidence.objects.filter(pk=grant.pk).delete()
    setattr(grant, side, account("wang@example.com", "Wang Fang", NUMBERS[3]))
    grant.save(update_fields=[side])
    evidence.attach(grant, proof=proof, facts=facts)
    assert codes() == {"grant_people"}


def test_it_finds_a_grant_that_nobody_gave(creator: User, grant: Grant) -> None:
    fields = {each.attname: getattr(grant, each.attname) for each in Grant._meta.concrete_fields}
    forged = Grant.objects.create(**{**fields, "reference": uuid4()})
    real = grant.evidence
    Evidence.objects.create(
        grant=forged, proof=real.proof, sealed=real.sealed, sha256=real.sha256, seal=real.seal
    )
    assert codes() == {"grant_evidence", "grant_state", "grant_unrecorded"}
    assert isinstance(check(proposed(creator, forged)), Deny)


def test_it_finds_changed_evidence(creator: User, grant: Grant) -> None:
    sealed = bytes(grant.evidence.sealed)
    Evidence.objects.filter(pk=grant.pk).update(sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert codes() == {"grant_evidence_changed"}
    Evidence.objects.filter(pk=grant.pk).update(sealed=sealed, proof="spoken")
    assert codes() == {"grant_evidence", "grant_record"}
    assert isinstance(check(proposed(creator, grant)), Deny)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a column hold anything")
def test_a_row_that_cannot_be_read_is_told_of_and_keeps_no_other_check_from_its_end(
    creator: User, grant: Grant
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consent_evidence SET seal = 'text'")
    with unrecorded():
        IdentityClaim.objects.filter(user=creator).update(level=3, provider="oidc", evidence=b"e" * 32)
    assert codes() == {"unreadable", "identity_level"}


def test_it_finds_a_withdrawn_grant_that_was_put_in_force_again(
    person: User, creator: User, grant: Grant
) -> None:
    withdraw(by=person, grant=grant)
    with unrecorded():
        Grant.objects.filter(pk=grant.pk).update(state=GrantState.ACTIVE, ended_at=None)
    assert codes() == {"grant_state"}
    decision = check(proposed(creator, Grant.objects.get(pk=grant.pk)))
    assert isinstance(decision, Deny)
    assert [each.clause for each in decision.trace] == ["state"]


def test_it_asks_no_more_of_what_was_erased(person: User, grant: Grant) -> None:
    person.deletion_requested_at = timezone.now() - RETENTION - timedelta(days=1)
    person.save()
    erase_account(by=None, user=person)
    assert codes() == set()


def test_it_finds_a_record_of_the_giving_that_cannot_be_opened(grant: Grant, without_triggers: None) -> None:
    given = Record.objects.get(subject=grant.log_subject)
    RecordBody.objects.filter(record=given).update(content=b"not what was written")
    assert codes() == {"body", "grant_record"}


def test_it_finds_a_grant_without_evidence(creator: User, grant: Grant) -> None:
    use = proposed(creator, grant)
    Evidence.objects.filter(pk=grant.pk).delete()
    assert codes() == {"grant_evidence", "grant_record"}
    assert isinstance(check(use), Deny)


def test_it_finds_evidence_whose_key_somebody_else_was_given(person: User, grant: Grant) -> None:
    PersonKey.objects.filter(user=person).update(user=User.objects.create_user("nobody@example.com"))
    assert codes() == {"body", "grant_evidence_changed", "grant_people"}


def test_it_asks_no_more_often_of_more_consents(person: User, creator: User, grant: Grant) -> None:
    """Of three grants with their receipts, uses and works as often as of one."""

    def published_under(grant: Grant) -> None:
        on_record(published(creator, grant)[0])

    published_under(grant)
    asked = queries_of(deep.mismatches)
    for _ in range(2):
        published_under(granted(person, creator))
    assert list(deep.mismatches()) == []
    assert queries_of(deep.mismatches) == asked
