"""What is served and shown of several shards, who is asked about them, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.records import asking, halting, signing, stamping, tasks, witness
from accounts.records.checkpoint import read_checkpoint
from accounts.records.halting import Mismatch
from accounts.records.models import Checkpoint, Cosignature, Halt, Record, Shard, Stamp
from accounts.records.note import COSIGNATURE, SigningKey
from accounts.records.queries import witnessed
from accounts.records.rotating import rotate
from accounts.records.shard_lines import shard_lines
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile, TileTree
from accounts.records.witnesses import Witness

from .test_asking import serve, watch
from .test_page import auditor
from .test_rotating import NEW_YEAR, two
from .test_stamping import _name
from .test_witness import KEY as WITNESS_KEY
from .test_witness import LOG, request

__all__ = ["auditor", "serve", "two", "watch"]

Write = Callable[..., Record]
Attack = Callable[..., None]
KEY = SigningKey("witness.example.com/w1", bytes([1] * 32))


@pytest.fixture
def watched(
    two: list[Shard], serve: Callable[..., str], watch: Callable[..., None], tmp_path: Any
) -> witness.Witness:
    """One witness that was given the key of the log, and nothing of its shards."""
    made = witness.Witness(KEY, signing.log_keys(signing.origin()), tmp_path / "w.sqlite3")
    watch(Witness(KEY.verifier(COSIGNATURE), serve(made)))
    return made


@pytest.mark.parametrize("place", ["/log", "/log/2027"])
def test_anybody_can_check_each_tree_from_what_is_served(
    client: Client, two: list[Shard], place: str
) -> None:
    name = f"127.0.0.1:8000{place}"
    answer = client.get(f"{place}/checkpoint")
    head = read_checkpoint(answer.content, origin=name, keys=signing.log_keys(name))
    tree = TileTree(head.size, lambda tile: client.get(f"{place}/tile/{tile.path}").content)
    assert tree.root() == head.root
    assert client.cookies == {}


@pytest.mark.parametrize(
    "place",
    ["/log/2026/checkpoint", "/log/2028/checkpoint", "/log/2028/tile/0/000.p/1", "/log/27/checkpoint"],
)
def test_there_is_no_other_tree(client: Client, two: list[Shard], place: str) -> None:
    assert client.get(place).status_code == 404


def test_the_public_page_tells_of_each_shard(client: Client, two: list[Shard]) -> None:
    page = client.get("/log/").content.decode()
    for end in (8, 12):
        assert bytes(Checkpoint.objects.get(size=end).root).hex() in page
    assert str(signing.log_keys(two[1].origin)[0]) in page
    assert ("Frozen" in page, "Not witnessed" in page, "Not as it was signed" in page) == (True, True, False)


def test_the_public_page_opens_before_the_first_signature(client: Client, db: None) -> None:
    assert "Nothing is signed yet" in client.get("/log/").content.decode()


@pytest.mark.parametrize("address", ["/log/", "/desk/records/"])
def test_pages_say_which_shard_is_not_as_it_was_signed(
    client: Client, auditor: object, two: list[Shard], files: TileFiles, address: str
) -> None:
    files.place(Tile(0, 0, 8)).write_bytes(bytes(256))
    assert [line.is_doubtful for line in shard_lines()] == [False, True]
    assert client.get(address).content.decode().count("Not as it was signed") == 1


@pytest.mark.parametrize(
    ("statement", "doubtful"),
    [
        ("UPDATE accounts_checkpoint SET note = replace(note, '8', '7') WHERE size = 8", [False, True]),
        ("UPDATE accounts_recordbody SET content = x'00' WHERE record_id = 9", [True, False]),
        ("UPDATE accounts_shard SET last = 'x' WHERE first = 1", []),
    ],
)
def test_pages_open_over_shards_that_were_altered(
    client: Client, two: list[Shard], attack: Attack, statement: str, doubtful: list[bool]
) -> None:
    attack(statement)
    assert client.get("/log/").status_code == 200
    assert [line.is_doubtful for line in shard_lines()] == doubtful


def test_a_witness_that_knows_the_log_signs_each_of_its_shards(
    watched: witness.Witness, write: Write
) -> None:
    tasks.ask_witnesses()
    assert set(Cosignature.objects.values_list("checkpoint_id", flat=True)) == {8, 12}
    assert (witnessed().size, witnessed().is_enough) == (12, True)
    assert [(line.signed, line.is_witnessed) for line in shard_lines()] == [(1, True), (1, True)]
    write(now=NEW_YEAR)
    tasks.advance()
    tasks.ask_witnesses()
    assert witnessed().size == 13


def cosign(size: int) -> None:
    """Have the witness sign one checkpoint, whatever it says of the others."""
    text = Checkpoint.objects.get(size=size).note.partition("\n\n")[0] + "\n"
    line = str(KEY.cosign(text, 1_800_000_000))
    Cosignature.objects.create(checkpoint_id=size, witness=KEY.name, line=line, at=NEW_YEAR)


def test_the_headline_is_of_the_shard_that_grows(
    client: Client, auditor: object, watched: witness.Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    """A witness that was not given the name of the new shard signs the old one alone."""
    cosign(8)
    standing = witnessed()
    assert (standing.size, standing.signed, standing.is_enough, standing.frozen) == (12, 0, False, 8)
    told = "The frozen shards are witnessed up to record 8; 127.0.0.1:8000/log/2027, which grows, is not."
    for address in ("/log/", "/desk/records/", "/about/"):
        page = client.get(address).content.decode()
        assert (told in page, "Not witnessed" in page) == (True, True), address
    assert "manage.py records key" in client.get("/desk/records/").content.decode()
    call_command("records", "verify", "--quick")
    said = capsys.readouterr().out
    assert "Witnessed 0 of 1 up to record 12." in said
    assert told in said
    call_command("records", "verify", "--quick", "--json")
    assert json.loads(capsys.readouterr().out)["signed"]["frozen_witnessed"] == 8
    cosign(12)
    assert (witnessed().size, witnessed().is_enough, witnessed().frozen) == (12, True, 0)
    assert told not in client.get("/desk/records/").content.decode()


def test_a_frozen_shard_is_witnessed_through_a_later_one(
    client: Client, watched: witness.Witness, files: TileFiles
) -> None:
    rotate(now=NEW_YEAR.replace(year=2028))
    cosign(14)
    assert [(line.name, line.is_witnessed, line.through) for line in shard_lines()] == [
        ("2028", True, ""),
        ("2027", True, "2028"),
        ("2026", True, "2028"),
    ]
    assert client.get("/log/").content.decode().count("Witnessed through 2028") == 2
    files.below("2027").place(Tile(0, 0, 5)).write_bytes(bytes(160))
    assert [line.is_witnessed for line in shard_lines()] == [True, False, False]


def test_pages_say_from_which_record_a_frozen_shard_is_in_doubt(
    client: Client, auditor: object, two: list[Shard]
) -> None:
    halting.halt(Mismatch("tile", 3, "no"), two[0])
    assert [line.doubtful_from for line in shard_lines()] == [0, 3]
    for address in ("/log/", "/desk/records/"):
        page = client.get(address).content.decode()
        assert "From record 3 on this shard is not what was signed" in page
        assert "No longer signed" not in page


def test_a_witness_is_asked_about_a_frozen_tree_for_a_month(watched: witness.Witness, attack: Attack) -> None:
    assert [each.first for each in asking._shards(NEW_YEAR + asking.GIVEN_UP_AFTER / 2)] == [9, 1]
    assert [each.first for each in asking._shards(NEW_YEAR + asking.GIVEN_UP_AFTER * 2)] == [9]


def test_a_witness_that_saw_another_frozen_tree_stops_nothing_else(
    watched: witness.Witness, write: Write
) -> None:
    shard = Shard.objects.get(first=1)
    forged = request(0, 8, key=SigningKey(shard.origin, LOG.seed), origin=shard.origin)
    other = replace(watched, logs=[SigningKey(shard.origin, LOG.seed).verifier()])
    assert other.add_checkpoint(forged).status == 200
    tasks.ask_witnesses()
    assert (Halt.objects.get().id, Halt.objects.get().code) == (1, "witness")
    write(now=NEW_YEAR)
    tasks.advance()
    assert Checkpoint.objects.filter(size=13).exists()
    assert [line.is_doubtful for line in shard_lines()] == [False, True]


@pytest.mark.parametrize(
    ("origin", "status"),
    [("/2027", 200), ("/2027-2", 200), ("/next", 404), ("2027", 404), ("/2027/2028", 404)],
)
def test_a_witness_knows_the_shards_of_a_log_by_their_names(tmp_path: Any, origin: str, status: int) -> None:
    made = witness.Witness(WITNESS_KEY, (LOG.verifier(),), tmp_path / "w.sqlite3")
    name = LOG.name + origin
    assert made.add_checkpoint(request(0, 5, key=SigningKey(name, LOG.seed), origin=name)).status == status
    if status == 200:
        assert made.add_checkpoint(request(0, 7)).status == 200  # each is remembered by itself
        assert made.add_checkpoint(request(0, 5, key=SigningKey(name, bytes(32)), origin=name)).status == 403


def test_a_doubt_about_a_frozen_shard_ends_whenever_its_witness_signs(
    watched: witness.Witness, watch: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Also a month later, as that of the shard that grows does."""
    late = NEW_YEAR + asking.GIVEN_UP_AFTER * 2
    halting.halt(Mismatch("witness", 3, "no"), Shard.objects.get(first=1))
    assert [each.first for each in asking._shards(late)] == [9, 1]
    asking.ask_all(now=late)
    assert not Halt.objects.exists()
    assert [each.first for each in asking._shards(late)] == [9]
    halting.halt(Mismatch("witness", 3, "no"), Shard.objects.get(first=1))
    watch()
    asking.ask_all(now=late)
    assert not Halt.objects.exists()
    assert (
        "The frozen shard 127.0.0.1:8000/log is in doubt; the one that grows is signed on. Record 3: no"
        in caplog.text
    )
    assert "The log is no longer signed" not in caplog.text


def test_a_witness_that_does_not_know_a_shard_needs_its_key(
    two: list[Shard], serve: Callable[..., str], watch: Callable[..., None], tmp_path: Any, caplog: Any
) -> None:
    other = witness.Witness(KEY, (LOG.verifier(),), tmp_path / "w.sqlite3")
    watch(Witness(KEY.verifier(COSIGNATURE), serve(other)))
    tasks.ask_witnesses()
    for shard in two:
        assert f"does not know this tree, whose key is {signing.log_keys(shard.origin)[0]}" in caplog.text


def test_a_frozen_tree_is_stamped_whole(two: list[Shard], settings: Any, write: Write) -> None:
    cache.clear()
    _name(settings, "http://127.0.0.1:9", "")
    assert stamping._due(NEW_YEAR) == Checkpoint.objects.get(size=12)
    Stamp.objects.create(checkpoint_id=6, reply=b"x", at=NEW_YEAR)
    assert stamping._due(NEW_YEAR) == Checkpoint.objects.get(size=8)
    Stamp.objects.create(checkpoint_id=8, reply=b"x", at=NEW_YEAR)
    assert stamping._due(NEW_YEAR) is None
    assert stamping._due(NEW_YEAR + stamping.EVERY) == Checkpoint.objects.get(size=12)
    assert [line.stamped_at for line in shard_lines()] == [None, None]


def test_the_command_freezes_and_says_what_happened(
    signed: Checkpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("records", "freeze")
    said, opened = capsys.readouterr().out, Shard.objects.get(last=None)
    assert f"Frozen up to record 7. The log goes on as {opened.origin} from record 8." in said
    assert str(signing.log_keys(opened.origin)[0]) in said
    call_command("records", "key")
    names = [line.partition("+")[0] for line in capsys.readouterr().out.splitlines()]
    assert names[:2] == ["127.0.0.1:8000/log", opened.origin]
    call_command("records", "verify", "--quick", "--json")
    assert json.loads(capsys.readouterr().out)["intact"]


def test_the_command_says_why_nothing_was_frozen(db: None, files: TileFiles) -> None:
    with pytest.raises(CommandError, match="goes on as it was: Nothing was written"):
        call_command("records", "freeze")


def test_rotating_adds_no_query_to_writing(
    two: list[Shard], write: Write, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        write(now=NEW_YEAR)


def test_it_rotates_many_times_over(two: list[Shard], client: Client) -> None:
    for year in range(2028, 2034):
        rotate(now=NEW_YEAR.replace(year=year))
    assert [line.is_doubtful for line in shard_lines()] == [False] * 8
