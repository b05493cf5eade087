"""B-2: five hundred attacks by somebody who holds the database, the disk and every key, each on the real store of a signed and witnessed log.

The store is SQLite's or PostgreSQL's own, put back after each attack, with a copy of its tiles; what is altered is signed again by
the site's own code. Each attack is found by the witness, by what the witness last signed, by any checkpoint kept of what was altered, and by any
receipt that names such a head. Without these nothing finds it, and the report says so.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.db import transaction

from accounts.records import signing
from accounts.records.models import Checkpoint, Cosignature, Record
from accounts.records.note import COSIGNATURE, SigningKey
from accounts.records.rotating import rotate
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.unseen import Way
from accounts.records.verify import Head, verify
from accounts.records.witness import Witness
from accounts.records.witnesses import Witness as Named
from accounts.users.models import User

from . import attacking
from .attacking import WAYS, Lines, first_changed, linked
from .conftest import NOON, said

KEY = SigningKey("witness.example.com/one", bytes(range(1, 33)))
ATTACKS = 500
PARTS = 5
SIZES = (8, 14, 20)
REFUSED = {400, 409, 422}
ALWAYS = ["truncated", "unrecorded"]
"""What a log that is held to its last record still does not show."""


@dataclass
class Site:
    """A signed log as it was, what somebody outside kept of it, and the witness."""

    lines: Lines
    heads: list[Head]
    folder: Path
    kept: dict[int, Path]
    witnessed: Path
    witness: Witness


def watch(settings: Any, *witnesses: Named) -> None:
    given = {"YINJI_WITNESSES": witnesses, "YINJI_WITNESS_QUORUM": 1}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, **given})


def cosign(witness: Witness, checkpoint: Checkpoint, old: int) -> None:
    answer = witness.add_checkpoint(attacking.request(old, checkpoint))
    assert answer.status == 200
    Cosignature.objects.create(checkpoint=checkpoint, witness=witness.key.name, line=answer.body, at=NOON)


@pytest.fixture
def site(
    write: Callable[..., Record],
    user: User,
    attack: Callable[..., None],
    files: TileFiles,
    settings: Any,
    tmp_path: Path,
) -> Site:
    """Twenty records, a minute apart, every fourth sealed; three checkpoints, each witnessed."""
    witness = Witness(KEY, signing.log_keys(signing.origin()), tmp_path / "witness.sqlite3")
    kept, old = {}, 0
    for number in range(1, SIZES[-1] + 1):
        now = NOON + timedelta(minutes=number)
        write(subject=f"work:{number}", body={"n": number}, person=None if number % 4 else user, now=now)
        if number in SIZES:
            checkpoint = advance(now=NOON)
            assert checkpoint is not None
            cosign(witness, checkpoint, old)
            kept[number], old = tmp_path / f"kept-{number}", number
            kept[number].write_text(checkpoint.note)
    copytree(files.folder, tmp_path / "as-it-was")
    heads = [Head(each.sequence, bytes(each.chain_hash)) for each in Record.objects.order_by("sequence")]
    watch(settings, Named(KEY.verifier(COSIGNATURE), "http://127.0.0.1:9"))
    return Site(attacking.read(), heads, tmp_path / "as-it-was", kept, seen_by(witness), witness)


def seen_by(witness: Witness) -> Path:
    """What the witness says that it signed last, in a file."""
    (note,) = sqlite3.connect(witness.state).execute("SELECT note FROM seen").fetchone()
    found = witness.state.with_suffix(".note")
    found.write_text(note)
    return found


@contextmanager
def attacked(site: Site, seed: int, settings: Any, tmp_path: Path) -> Iterator[tuple[Way, int]]:
    """Alter a copy of the site in the way and at the places that ``seed`` draws; yields the way and the first record that is another."""
    chance = random.Random(seed)
    way = list(WAYS)[seed % len(WAYS)]
    lines = linked(WAYS[way](site.lines, chance))
    first = first_changed(site.lines, lines)
    settings.LOG_FOLDER = copytree(site.folder, tmp_path / f"attacked-{seed}")
    with transaction.atomic():
        attacking.write(lines, kept=(first - 1) * chance.randrange(2))
        yield way, first
        transaction.set_rollback(True)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_one_of_five_hundred_attacks_is_found_from_outside(
    site: Site, settings: Any, tmp_path: Path, part: int
) -> None:
    assert said("--checkpoint", str(site.witnessed))[0] == 0
    for seed in range(part, ATTACKS, PARTS):
        with attacked(site, seed, settings, tmp_path) as (way, first):
            is_found_by_the_witness(site, seed)
            is_found_by_what_was_kept(site, seed, first)
            is_not_found_by_itself(way, first)
    newest = Checkpoint.objects.latest("size")
    settings.LOG_FOLDER = site.folder
    assert site.witness.add_checkpoint(attacking.request(SIZES[-1], newest)).status == 200
    assert said("--checkpoint", str(site.witnessed))[0] == 0


def is_found_by_the_witness(site: Site, seed: int) -> None:
    """Whatever the attacker says that the witness knows already."""
    newest = Checkpoint.objects.latest("size")
    for old in {0, SIZES[-1], *SIZES, newest.size}:
        assert site.witness.add_checkpoint(attacking.request(old, newest)).status in REFUSED, seed


def is_found_by_what_was_kept(site: Site, seed: int, first: int) -> None:
    """By what the witness signed, by one checkpoint, and by the head that one receipt names; of those that cover what was altered."""
    chance = random.Random(-seed)
    kept = chance.choice([path for size, path in site.kept.items() if size >= first])
    head = chance.choice(site.heads[first - 1 :])
    for given in (
        ["--checkpoint", str(site.witnessed), "--bytes"],
        ["--checkpoint", str(kept), "--bytes"],
        ["--expect-head", str(head)],
    ):
        assert said(*given)[0] == 1, (seed, given)


def is_not_found_by_itself(way: Way, first: int) -> None:
    """Where nothing is given from outside but witnesses' signatures that lie there: no more is said to be held than was left alone."""
    status, report = said()
    assert (status, report["findings"]) == (0, [])
    assert way in report["invisible"]
    assert report["held"] < first


def test_without_a_witness_the_report_names_exactly_the_attacks_that_it_does_not_show(
    site: Site, settings: Any, tmp_path: Path
) -> None:
    watch(settings)
    told = said()[1]["invisible"]
    intact = set()
    for seed in range(4 * len(WAYS)):
        with attacked(site, seed, settings, tmp_path) as (way, _first):
            status, report = said()
            assert report["invisible"] == told
            if status == 0:
                intact.add(way)
    settings.LOG_FOLDER = site.folder
    if _another_log_is_intact(site, settings, tmp_path):
        intact.add(Way.FORKED)
    settings.LOG_FOLDER = site.folder
    if _what_is_not_recorded_is_not_missed(site):
        intact.add(Way.UNRECORDED)
    assert told == [way for way in Way if way in intact] == list(Way)


def _another_log_is_intact(site: Site, settings: Any, tmp_path: Path) -> bool:
    """Two logs of one name and size, each signed: whoever sees one does not see the other."""
    here = (Checkpoint.objects.latest("size").size, said()[0])
    with attacked(site, len(WAYS) * 9, settings, tmp_path):
        return here == (Checkpoint.objects.latest("size").size, said()[0]) == (SIZES[-1], 0)


def _what_is_not_recorded_is_not_missed(site: Site) -> bool:
    User.objects.update(is_active=False)
    return said()[0] == 0 and verify(is_deep=True).head == site.heads[-1]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_signed_again_is_found_alone(
    site: Site, settings: Any, way: Way, attack: Callable[..., None]
) -> None:
    """The same attacks by somebody who holds the database without the log's key."""
    lines = linked(WAYS[way](site.lines, random.Random(3)))
    checkpoints, cosignatures = list(Checkpoint.objects.all()), list(Cosignature.objects.all())
    attacking.write(lines, kept=0)
    attack("DELETE FROM accounts_checkpoint")
    Checkpoint.objects.bulk_create(checkpoints)
    Cosignature.objects.bulk_create(cosignatures)
    status, report = said()
    assert (status, report["held"]) == (1, 0)


def test_what_is_held_to_the_last_record_leaves_little_unseen(site: Site, settings: Any) -> None:
    report = said()[1]
    assert (report["held"], report["invisible"]) == (SIZES[-1], ALWAYS)
    assert said("--bytes")[1]["invisible"] == ["body_replaced", *ALWAYS]
    assert said("--quick")[1]["invisible"] == list(Way)
    watch(settings)
    for given in (["--checkpoint", str(site.witnessed)], ["--expect-head", str(site.heads[-1])]):
        report = said(*given)[1]
        assert (report["held"], report["invisible"]) == (SIZES[-1], ["truncated", "forked", "unrecorded"])
    report = said("--checkpoint", str(site.kept[8]))[1]
    assert (report["held"], report["invisible"]) == (8, [way for way in Way if way != "rewritten"])


def test_what_a_witness_signed_of_a_later_shard_holds_nothing_behind_a_forged_end(site: Site) -> None:
    """It signs the first tree that it sees of a shard; so a forged end is frozen, and another shard begun behind it."""
    attacking.write(linked(WAYS[Way.EDITED](site.lines, random.Random(1))), kept=0)
    rotate(now=NOON + timedelta(days=400))
    advance(now=NOON + timedelta(days=400))
    checkpoint = Checkpoint.objects.latest("size")
    assert checkpoint.note.startswith("127.0.0.1:8000/log/2027\n")
    answer = site.witness.add_checkpoint(f"old 0\n\n{checkpoint.note}".encode())
    Cosignature.objects.create(checkpoint=checkpoint, witness=KEY.name, line=answer.body, at=NOON)
    status, report = said()
    assert (status, answer.status, report["signed"]["witnesses_signed"]) == (0, 200, 1)
    assert (report["held"], report["invisible"]) == (0, list(Way))
    assert said("--checkpoint", str(site.witnessed))[0] == 1


def test_a_log_under_the_name_of_a_later_shard_is_found(site: Site, attack: Callable[..., None]) -> None:
    """The witness takes it for a tree that it never saw, and signs."""
    attack("UPDATE accounts_shard SET origin = origin || '/2099'")
    attacking.write(linked(WAYS[Way.EDITED](site.lines, random.Random(1))), kept=0)
    cosign(site.witness, Checkpoint.objects.latest("size"), 0)
    status, report = said()
    assert (status, [each["code"] for each in report["findings"]]) == (1, ["shard"])
    assert said("--quick")[0] == 1
