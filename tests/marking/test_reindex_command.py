"""``manage.py reindex`` …"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.users.models import User
from marking.marks.fingerprint.features import take
from marking.registry import lookup
from marking.registry.models import IndexEntry, Registration
from marking.works import files
from marking.works.models import Work
from tests.conftest import photograph

BASE = bytes(range(32))


@pytest.fixture
def older(user: User, picture_file: Path) -> Iterator[Registration]:
    """A released work that was registered before features were kept."""
    name = files.original_name("0000000007")
    files.put(name, picture_file)
    work = Work.objects.create(
        number=7, owner=user, state="released", tool="t", kind="content", depicts="nobody", source_name="n",
        source_path=name, source_sha256="0" * 64, source_bytes=1, media_type="image/png", width=8, height=8,
        released_at=timezone.now(), marked_path="p", marked_sha256="0" * 64,
    )  # fmt: skip
    yield Registration.objects.create(
        work=work, payload=7, sha256="a" * 64, fingerprint=BASE, layout=bytes(1024), width=8, height=8
    )
    files.remove(name)


def reindex(*options: str) -> dict[str, int]:
    written = StringIO()
    call_command("reindex", "--json", *options, stdout=written)
    done: dict[str, int] = json.loads(written.getvalue())
    return done


def test_it_makes_the_index_anew(older: Registration) -> None:
    IndexEntry.objects.all().delete()
    assert reindex() == {"fingerprints": 1, "taken": 0, "failed": 0}
    assert [found for found, _ in lookup.near(BASE)] == [older]


def test_it_takes_the_features_of_older_works_once(older: Registration) -> None:
    assert reindex("--features") == {"fingerprints": 1, "taken": 1, "failed": 0}
    older.refresh_from_db()
    assert bytes(older.features) == take(photograph())
    assert [found.registration for found in lookup.by_features(take(photograph()))] == [older]
    assert reindex("--features")["taken"] == 0


def test_it_says_of_which_works_it_could_not(older: Registration) -> None:
    files.remove(older.work.source_path)
    written, told = StringIO(), StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("reindex", "--features", stdout=written, stderr=told)
    assert f"{older.work.code}: the original could not be read" in told.getvalue()
    assert (
        "1 fingerprints are indexed; features of 0 works were taken, of 1 they could not be."
        in written.getvalue()
    )
