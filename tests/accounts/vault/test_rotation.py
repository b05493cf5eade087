"""New keys in the place of old ones."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as configured
from django.db import models
from pytest_django import Settings

from accounts.users.models import User
from accounts.vault import keeper, rotation, sealing
from accounts.vault.deposits import deposit
from accounts.vault.keeper import Erased, Field, KeeperAbsent, open_fields
from accounts.vault.models import PersonKey
from accounts.vault.opening import OpeningKey
from accounts.vault.opening_keys import load_opening
from accounts.vault.store.models import SealedIdentity
from accounts.vault.wrapped_key import Damaged, is_newest
from consent.contacts.services import address_of, contact_for

pytestmark = pytest.mark.django_db

VALUES = {Field.NAME: "欧阳娜娜", Field.NUMBER: "11010519491231002X", Field.PHONE: ""}


@pytest.fixture
def new_master(user: User, other_user: User, settings: Settings) -> list[str]:
    """Two people with something sealed, and a new master key in front of the one it was sealed under."""
    for person in (user, other_user):
        sealing.seal(person, "a", context="test")
    keys = [Fernet.generate_key().decode(), *settings.KEYS.vault_keys]
    settings.KEYS = replace(settings.KEYS, vault_keys=keys)
    return keys


def test_it_knows_every_column_of_every_room() -> None:
    found = {f"{model._meta.db_table}.{name}" for model, name in rotation.wrapped_columns()}
    assert found == {
        "accounts_personkey.wrapped",
        "accounts_elevation.wrapped_key",
        "accounts_outgoingmail.wrapped_key",
        "consent_contact.wrapped_key",
        "consent_request.wrapped_key",
        "marking_appeal.wrapped_key",
        "marking_case.wrapped_key",
    }


def test_no_column_that_is_called_a_key_lies_in_another_table() -> None:
    """The tables that backups leave out are found by ``WRAPPED_NAMES`` alone."""
    found = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField) and field.name.endswith("_key")
    }
    assert found - set(rotation.key_tables()) == {"vault_sealedidentity"}  # backed up by its own rule


def test_it_wraps_every_key_anew(user: User, new_master: list[str], settings: Settings) -> None:
    sealed = sealing.seal(user, "张三", context="test")
    contact = contact_for("ben@example.com")
    PersonKey.objects.exclude(user=user).update(wrapped=b"damaged")
    assert rotation.outdated_keys()["accounts_personkey"] == 2

    assert rotation.rewrap_all().as_dict() == {"changed": 1, "unreadable": 1}

    settings.KEYS = replace(settings.KEYS, vault_keys=new_master[:1])
    user = User.objects.get(pk=user.pk)
    assert sealing.unseal(user, sealed, context="test").decode() == "张三"
    assert address_of(contact) == "ben@example.com"
    assert rotation.rewrap_all().changed == 0


def test_it_says_how_far_it_is_and_goes_on_where_it_stopped(new_master: list[str]) -> None:
    told: list[int] = []
    first = PersonKey.objects.order_by("pk").first()
    assert first
    PersonKey.objects.filter(pk=first.pk).update(wrapped=rotation.rewrapped(bytes(first.wrapped or b"")))
    assert rotation.rewrap_all(told.append).changed == 1
    assert told[-1] == 1
    assert not any(rotation.outdated_keys().values())


def test_it_revives_no_key_that_is_destroyed_meanwhile(user: User, new_master: list[str]) -> None:
    read_before = [(key.pk, bytes(key.wrapped or b""), b"new") for key in PersonKey.objects.all()]
    sealing.destroy(user)
    assert rotation._replace(PersonKey, "wrapped", read_before) == 1
    assert PersonKey.objects.get(user=user).wrapped is None


@pytest.fixture
def new_opening(settings: Settings) -> tuple[OpeningKey, ...]:
    """A new opening key in front of the one for which two identities were sealed."""
    for _ in range(2):
        deposit(uuid4(), VALUES)
    keys = (OpeningKey.new(), *load_opening(configured.DATA))
    settings.SEALING_KEYS = tuple(key.sealing for key in keys)
    return keys


def test_it_seals_every_identity_anew_for_the_newest_opening_key(new_opening: tuple[OpeningKey, ...]) -> None:
    before = {bytes(row.sealed_name) for row in SealedIdentity.objects.all()}
    told: list[int] = []
    with keeper.holding(new_opening):
        assert rotation.reseal_all(told.append).as_dict() == {"changed": 2, "unreadable": 0}
    assert told == [2]
    assert not before & {bytes(row.sealed_name) for row in SealedIdentity.objects.all()}
    assert not rotation.outdated_identities().exists()
    with keeper.holding(new_opening[:1]):
        for reference in SealedIdentity.objects.values_list("reference", flat=True):
            assert open_fields(reference, frozenset(Field)) == VALUES


def test_it_passes_over_what_does_not_open_and_comes_to_an_end(new_opening: tuple[OpeningKey, ...]) -> None:
    first = SealedIdentity.objects.order_by("pk").first()
    assert first
    SealedIdentity.objects.filter(pk=first.pk).update(wrapped_key=bytes(80))
    with keeper.holding(new_opening):
        assert rotation.reseal_all().as_dict() == {"changed": 1, "unreadable": 1}


def test_what_is_erased_meanwhile_stays_erased(new_opening: tuple[OpeningKey, ...]) -> None:
    row = SealedIdentity.objects.order_by("pk").first()
    assert row
    keeper.erase(row.reference)
    done = rotation.Rotated()
    with keeper.holding(new_opening):
        assert rotation._reseal(row, done)
        assert done.changed == 0
        with pytest.raises(Erased):
            open_fields(row.reference, frozenset(Field))


def test_the_keepers_part_wants_the_opening_key(new_opening: tuple[OpeningKey, ...]) -> None:
    with pytest.raises(KeeperAbsent):
        rotation.reseal_all()


def test_it_tells_keys_of_other_installations_from_older_ones() -> None:
    foreign = Fernet(Fernet.generate_key()).encrypt(bytes(32))
    assert not is_newest(foreign)
    with pytest.raises(Damaged):
        rotation.rewrapped(foreign)


def test_columns_of_wrapped_keys_hold_bytes() -> None:
    for model, name in rotation.wrapped_columns():
        assert isinstance(model._meta.get_field(name), models.BinaryField)
