from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.records import signing
from accounts.records.checkpoint import read_checkpoint
from accounts.records.merkle import root_of
from accounts.records.models import Checkpoint, Halt, Record
from accounts.records.queries import is_signed
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile, TileTree, entries_of, hashes_of
from accounts.users.models import User

from .conftest import NOON


def test_anybody_can_check_the_tree_from_what_is_served(client: Client, large: Checkpoint) -> None:
    answer = client.get("/log/checkpoint")
    name = signing.origin()
    head = read_checkpoint(answer.content, origin=name, keys=signing.log_keys(name))

    tree = TileTree(head.size, lambda tile: client.get(f"/log/tile/{tile.path}").content)
    assert tree.root() == head.root
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert client.cookies == {}


def test_full_tiles_are_kept_for_good_and_partial_ones_for_a_while(client: Client, large: Checkpoint) -> None:
    full, partial = client.get("/log/tile/0/000"), client.get("/log/tile/0/001.p/44")

    assert (len(full.content), len(partial.content)) == (8192, 44 * 32)
    assert full["Cache-Control"] == "public, max-age=31536000, immutable"
    assert partial["Cache-Control"] == "public, max-age=60"
    assert full["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    ["0/002", "0/001", "3/000", "0/000.p/0", "../keys.json", "0/%2e%2e/keys.json", "x", "0/000/1", "entries/000"],
)  # fmt: skip
def test_it_has_nothing_else(client: Client, signed: Checkpoint, path: str) -> None:
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_there_is_no_checkpoint_before_the_first(client: Client, db: None) -> None:
    assert client.get("/log/checkpoint").status_code == 404


def test_it_takes_no_posts(client: Client, signed: Checkpoint) -> None:
    assert client.post("/log/checkpoint").status_code == 405


def test_auditors_read_entries(client: Client, large: Checkpoint, other_user: User) -> None:
    other_user.groups.add(Group.objects.get_or_create(name="auditor")[0])
    client.force_login(other_user)
    answer = client.get("/log/tile/entries/000")

    assert len(entries_of(Tile(-1, 0), answer.content)) == 256
    assert "private" in answer["Cache-Control"]


def test_everybody_reads_entries_where_the_operator_says_so(
    client: Client, large: Checkpoint, settings: Any
) -> None:
    values = {**settings.ENVIRONMENT.values, "YINJI_PUBLIC_ENTRIES": True}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values=values)
    answer = client.get("/log/tile/entries/000")

    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert root_of(hashes_of(Tile(0, 0), client.get("/log/tile/0/000").content)).hex() == (
        client.get("/log/tile/1/000.p/1").content.hex()
    )


def test_the_site_is_ready_while_the_log_is_signed(signed: Checkpoint, write: Callable[..., Record]) -> None:
    later = NOON + timedelta(minutes=3)
    assert is_signed(later)
    write()
    assert is_signed(NOON + timedelta(minutes=1))
    assert not is_signed(later)


def test_the_site_is_not_ready_while_the_log_is_halted(
    signed: Checkpoint, files: TileFiles, client: Client
) -> None:
    Halt.objects.create(code="tree", sequence=1, sentence="no", at=NOON)
    assert not is_signed(NOON)
    assert client.get("/readyz").json()["parts"]["log"] is False
