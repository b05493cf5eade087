from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.identity.models import IdentityClaim
from accounts.users.models import ALPHABET, Agreement, AgreementAcceptance, User, new_producer_id
from accounts.vault.models import PersonKey
from accounts.vault.sealing import seal


def test_it_names_an_account_by_its_pseudonym_alone(verified_user: User, agreement: Agreement) -> None:
    seal(verified_user, "x", context="test")
    shown = [
        str(each)
        for each in (
            verified_user,
            IdentityClaim.objects.get(),
            AgreementAcceptance.objects.get(),
            PersonKey.objects.get(user=verified_user),
        )
    ]
    assert all(verified_user.producer_id in each for each in shown)
    assert not any(verified_user.email in each for each in shown)


def test_it_draws_producer_ids_that_can_be_read_aloud() -> None:
    drawn = {new_producer_id() for _ in range(200)}
    assert len(drawn) == 200
    assert all(len(each) == 12 and set(each) <= set(ALPHABET) for each in drawn)


def test_it_needs_an_address(db: None) -> None:
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("")


def test_it_makes_superusers(db: None) -> None:
    user = User.objects.create_superuser("Root@Example.com", "a long password")
    assert user.email == "root@example.com"
    assert user.is_staff
    assert user.is_superuser


def test_it_holds_no_agreement_without_the_section_on_marking(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(
            version=1, body_en="a", body_zh="b", marking_en="c", marking_zh="", sha256="0" * 64
        )
