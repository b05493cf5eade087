"""Finding documents and names by keyed digests, under one key or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts.identity import services
from accounts.identity.claim_vault import index_of
from accounts.identity.documents import Document, DocumentType
from accounts.identity.indexes import matching, phone_value, values_of
from accounts.identity.models import ClaimIndex, IdentityClaim, Purpose
from accounts.identity.naming import bears_name
from accounts.identity.queries import is_document_taken
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.index_key import IndexKey

pytestmark = pytest.mark.django_db

NUMBER, OTHER_NUMBER = "11010519491231002X", "110105199001010010"
Submit = Callable[..., IdentityClaim]


def with_new_key(settings: Settings) -> None:
    """Put a second key in front, as ``vault new-key index`` does."""
    held = settings.KEYS.identity_index_keys
    new = IndexKey.new(len(held) + 1).write()
    settings.KEYS = replace(settings.KEYS, identity_index_keys=[new, *held])


def without_old_key(settings: Settings) -> None:
    """Keep the newest key alone."""
    settings.KEYS = replace(settings.KEYS, identity_index_keys=settings.KEYS.identity_index_keys[:1])


def vouch(user: User, number: str = NUMBER, name: str = "Ada Lovelace", **given: Any) -> IdentityClaim:
    return services.vouch(
        by=None, user=user, document_type=DocumentType.RESIDENT_ID, name=name, number=number, **given
    )


def test_it_keeps_one_index_for_each_purpose(user: User) -> None:
    claim = vouch(user, phone="+86 138-0013-8000")
    rows = claim.indexes.order_by("purpose").values_list("purpose", "version", "is_exclusive")
    assert list(rows) == [("document", 1, True), ("name", 1, False), ("phone", 1, False)]
    digests = {bytes(digest) for digest in claim.indexes.values_list("digest", flat=True)}
    assert len(digests) == 3
    assert index_of(Document(DocumentType.RESIDENT_ID, NUMBER)) in digests
    assert ClaimIndex.objects.get(matching(Purpose.PHONE, phone_value("８６13800138000"))).claim == claim


def test_it_leaves_out_what_was_not_given() -> None:
    values = values_of("Ada", Document(DocumentType.PASSPORT, "E1234567"))
    assert values == {Purpose.DOCUMENT: "passport:E1234567", Purpose.NAME: "Ada"}


@pytest.mark.parametrize(
    "spelling", ["１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002X", "11010519491231002x"]
)
def test_one_person_is_one_account_in_every_spelling(user: User, other_user: User, spelling: str) -> None:
    vouch(user)
    with pytest.raises(Refusal) as caught:
        vouch(other_user, spelling)
    assert caught.value.code == "document_taken"


def test_two_keys_are_valid_while_one_takes_the_others_place(
    user: User, other_user: User, settings: Settings
) -> None:
    vouch(user)
    with_new_key(settings)
    assert bears_name(user, "ada lovelace")
    with pytest.raises(Refusal, match="Another account is already verified"):
        vouch(other_user)
    later = vouch(other_user, OTHER_NUMBER)
    assert set(later.indexes.filter(is_exclusive=True).values_list("version", flat=True)) == {1, 2}


def test_it_waits_where_the_document_is_taken_under_an_older_key(
    user: User, other_user: User, pending: Submit, settings: Settings
) -> None:
    vouch(user)
    with_new_key(settings)
    assert is_document_taken(pending(other_user))


def test_a_document_is_free_again_when_its_claim_ended(user: User, other_user: User) -> None:
    services.end(by=None, claim=vouch(user), reason="Renewed")
    assert not ClaimIndex.objects.filter(is_exclusive=True).exists()
    assert vouch(other_user).state == "verified"


@pytest.mark.parametrize("change", [{"purpose": "name"}, {"version": 2, "purpose": "phone"}])
def test_the_database_lets_documents_alone_be_exclusive(user: User, change: dict[str, object]) -> None:
    vouch(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimIndex.objects.filter(is_exclusive=True).update(**change)


def test_the_database_refuses_a_document_twice(user: User, other_user: User) -> None:
    first = vouch(user).indexes.get(is_exclusive=True)
    second = vouch(other_user, OTHER_NUMBER).indexes.filter(is_exclusive=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.update(digest=bytes(first.digest))


@pytest.mark.parametrize(
    "change",
    [
        {"sealed_name": b"x"},
        {"sealed_number": b"x"},
        {"sealed_phone": b"x"},
        {"forget_at": "2030-01-01T00:00Z"},
    ],
)
def test_the_database_refuses_a_name_in_two_places(user: User, change: dict[str, object]) -> None:
    vouch(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityClaim.objects.update(**change)
