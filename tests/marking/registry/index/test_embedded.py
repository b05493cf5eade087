"""The embedded index …"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import transaction

from marking.registry.index import Embedded
from marking.registry.models import IndexEntry, Registration
from tests.marking.registry.conftest import Register

BASE = bytes(range(32))
pytestmark = pytest.mark.django_db(transaction=True)


def keys(index: Embedded) -> list[int]:
    return [hit.entry for hit in index.near([BASE], 0)]


def entries() -> list[int]:
    return list(IndexEntry.objects.order_by("pk").values_list("pk", flat=True))


def test_it_puts_onto_the_disk_what_is_committed(tmp_path: Path, enter: Register) -> None:
    index = Embedded(tmp_path / "index", seal_at=2)
    with transaction.atomic():
        for number in (1, 2, 3):
            enter(number, BASE)
        assert keys(index) == entries()
        index.add(3)
        assert not (tmp_path / "index").exists()
    index.add(3)
    assert len(list((tmp_path / "index").glob("*.segment"))) == 1
    assert keys(index) == keys(Embedded(tmp_path / "index")) == entries()


def test_it_finds_nothing_that_was_rolled_back(tmp_path: Path, enter: Register) -> None:
    index = Embedded(tmp_path / "index", seal_at=2)
    enter(1, BASE)
    with transaction.atomic():
        enter(2, BASE)
        assert len(keys(index)) == 2
        transaction.set_rollback(True)
    enter(3, BASE)
    assert keys(index) == entries()
    assert len(entries()) == 2


def test_it_is_made_anew_when_its_files_are_lost(tmp_path: Path, enter: Register) -> None:
    index = Embedded(tmp_path / "index", seal_at=1)
    for number in (1, 2):
        enter(number, BASE)
        index.add(number)
    shutil.rmtree(tmp_path / "index")
    assert keys(index) == keys(Embedded(tmp_path / "index", seal_at=1)) == entries()
    index.rebuild()
    assert len(list((tmp_path / "index").glob("*.segment"))) == 1


def test_it_is_made_anew_over_another_database(tmp_path: Path, enter: Register) -> None:
    index = Embedded(tmp_path / "index", seal_at=1)
    enter(1, BASE)
    enter(2, BASE)
    index.add(2)
    Registration.objects.filter(pk=2).delete()
    assert keys(index) == keys(Embedded(tmp_path / "index")) == entries()
