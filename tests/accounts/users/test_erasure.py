from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.services import submit_claim
from accounts.records.log import body_context
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users import services
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.vault.sealing import Erased, unseal

NOON = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)


def _released(user: User) -> User:
    """The account after its deletion was requested and the law let go of it."""
    return erase_account(by=None, user=services.request_deletion(by=user, now=NOON), now=NOON + RETENTION)


def test_it_waits_until_it_was_requested_and_the_law_lets_go(user: User) -> None:
    with pytest.raises(Refusal) as caught:
        erase_account(by=None, user=user)
    assert caught.value.code == "deletion_not_requested"

    services.request_deletion(by=user, now=NOON)
    with pytest.raises(Refusal, match="2026-07-04") as caught:
        erase_account(by=None, user=user, now=NOON + RETENTION - timedelta(seconds=1))
    assert caught.value.code == "retention_runs"
    assert not Record.objects.filter(kind="account.erased").exists()


def test_it_keeps_for_more_than_any_six_months() -> None:
    assert timedelta(days=184) <= RETENTION  # July to December is the longest half year


def test_it_leaves_a_closed_row_with_a_producer_id_and_nothing_else(verified_user: User) -> None:
    producer_id, email = verified_user.producer_id, verified_user.email
    erased = _released(verified_user)

    stored = User.objects.get(pk=erased.pk)
    assert stored.producer_id == producer_id
    assert stored.email == f"{producer_id.lower()}@erased.invalid"
    assert not stored.is_active
    assert not stored.has_usable_password()
    assert not EmailAddress.objects.filter(email=email).exists()
    claim = IdentityClaim.objects.get()
    assert claim.state == "ended"
    assert bytes(claim.sealed_name) == bytes(claim.sealed_number) == bytes(claim.sealed_mask) == b""
    assert not claim.indexes.exists()


def test_it_makes_the_bodies_of_old_records_unreadable_and_keeps_the_log(verified_user: User) -> None:
    before = Record.objects.count()
    record = Record.objects.get(kind="identity.verified")
    _released(verified_user)

    assert Record.objects.count() > before
    with pytest.raises(Erased):
        unseal(
            User.objects.get(pk=verified_user.pk), record.body.content, context=body_context(record.event_id)
        )


def test_it_is_done_once(verified_user: User) -> None:
    erased = _released(verified_user)
    erase_account(by=None, user=erased, now=NOON + RETENTION)
    assert Record.objects.filter(kind="account.erased").count() == 1


def test_it_ends_a_waiting_claim_too(user: User) -> None:
    submit_claim(by=user, document_type=DocumentType.PASSPORT, name="Ada", number="E12345678")
    _released(user)
    assert IdentityClaim.objects.get().state == "ended"


def test_it_signs_out_and_locks_out(client: Client, user: User) -> None:
    client.force_login(user)
    client.get("/me/")
    _released(user)
    assert not UserSession.objects.exists()
    assert client.get("/me/").status_code == 302
    assert not client.login(email="ada@example.com", password="correct horse battery")
