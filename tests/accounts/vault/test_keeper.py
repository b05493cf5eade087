"""What any process can put into the vault and the keeper alone takes out."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from accounts.refusals import Refusal
from accounts.vault import keeper
from accounts.vault.deposits import deposit
from accounts.vault.keeper import Damaged, Erased, Field, KeeperAbsent, open_fields
from accounts.vault.opening import OpeningKey
from accounts.vault.opening_keys import load_opening
from accounts.vault.store.models import SealedIdentity

pytestmark = pytest.mark.django_db

VALUES = {Field.NAME: "欧阳娜娜", Field.NUMBER: "11010519491231002X", Field.PHONE: "13800138000"}


@pytest.fixture
def reference() -> UUID:
    found = uuid4()
    deposit(found, VALUES)
    return found


@pytest.mark.usefixtures("keeper")
def test_the_keeper_opens_the_fields_that_are_asked_for_and_no_other(reference: UUID) -> None:
    assert open_fields(reference, frozenset(Field)) == VALUES
    assert open_fields(reference, frozenset({Field.NAME})) == {Field.NAME: "欧阳娜娜"}
    assert open_fields(reference, frozenset()) == {}


@pytest.mark.usefixtures("keeper")
def test_it_opens_what_was_never_given_as_nothing() -> None:
    found = uuid4()
    deposit(found, {Field.NAME: "Ada", Field.PHONE: ""})
    assert open_fields(found, frozenset(Field)) == {Field.NAME: "Ada", Field.NUMBER: "", Field.PHONE: ""}


def test_nobody_else_opens_anything(reference: UUID) -> None:
    assert not keeper.is_present()
    with pytest.raises(KeeperAbsent, match="only the keeper opens names"):
        open_fields(reference, frozenset({Field.NAME}))


def test_a_command_is_the_keeper_for_its_length_alone(reference: UUID) -> None:
    with keeper.holding(load_opening(settings.DATA)):
        assert keeper.is_present()
        assert open_fields(reference, frozenset({Field.NAME}))
    assert not keeper.is_present()


def test_it_opens_under_an_older_key_and_not_under_another(reference: UUID) -> None:
    with keeper.holding([OpeningKey.new(), *load_opening(settings.DATA)]):
        assert open_fields(reference, frozenset(Field)) == VALUES
    with keeper.holding([OpeningKey.new()]), pytest.raises(Damaged, match="No opening key of this keeper"):
        open_fields(reference, frozenset(Field))


@pytest.mark.usefixtures("keeper")
def test_to_destroy_one_key_erases_one_identity(reference: UUID) -> None:
    other = uuid4()
    deposit(other, VALUES)
    keeper.erase(reference)
    keeper.erase(reference)
    with pytest.raises(Erased):
        open_fields(reference, frozenset({Field.NAME}))
    assert open_fields(other, frozenset({Field.NAME}))
    row = SealedIdentity.objects.get(reference=reference)
    assert (bytes(row.sealed_name), row.wrapped_key) == (b"", None)


@pytest.mark.usefixtures("keeper")
def test_it_says_when_there_is_none() -> None:
    with pytest.raises(Damaged, match="holds no identity"):
        open_fields(uuid4(), frozenset(Field))


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("column", ["wrapped_key", "sealed_name"])
def test_it_opens_nothing_that_was_moved_to_another_row(reference: UUID, column: str) -> None:
    other = uuid4()
    deposit(other, VALUES)
    moved = SealedIdentity.objects.get(reference=other)
    SealedIdentity.objects.filter(reference=reference).update(**{column: getattr(moved, column)})
    with pytest.raises(Damaged):
        open_fields(reference, frozenset({Field.NAME}))


def test_it_never_seals_alike_twice() -> None:
    first, second = (SealedIdentity.objects.get(pk=deposit(uuid4(), VALUES)) for _ in range(2))
    assert bytes(first.sealed_name) != bytes(second.sealed_name)
    assert first.opening_key_id == second.opening_key_id == settings.SEALING_KEYS[0].id


@pytest.mark.parametrize(
    "values",
    [
        {"wrapped_key": None},
        {"wrapped_key": None, "erased_at": "2030-01-01T00:00Z"},
        {"erased_at": "2030-01-01T00:00Z"},
    ],
)
def test_the_database_refuses_what_is_half_erased(reference: UUID, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        SealedIdentity.objects.filter(reference=reference).update(**values)


def test_it_is_refused_with_a_sentence_while_the_vault_is_away() -> None:
    with connections["vault"].cursor() as cursor:
        cursor.execute("ALTER TABLE vault_sealedidentity RENAME TO away")
    with pytest.raises(Refusal) as caught:
        deposit(uuid4(), VALUES)
    assert (caught.value.code, caught.value.status) == ("vault_unavailable", 503)
