from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from accounts.records import signing, tasks, witness
from accounts.records.halting import Mismatch
from accounts.records.models import Checkpoint, Cosignature, Halt, Record
from accounts.records.note import COSIGNATURE, SigningKey
from accounts.records.queries import published_checkpoint, witnessed
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile
from accounts.records.witnesses import Witness, read_witnesses

Write = Callable[..., Record]
KEYS = [SigningKey(f"witness.example.com/w{number}", bytes([number] * 32)) for number in (1, 2)]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Start a server of witnesses; yields its address."""
    running = []

    def serve(handler: Any) -> str:
        server = (
            witness.server(handler, ("127.0.0.1", 0))
            if isinstance(handler, witness.Witness)
            else ThreadingHTTPServer(("127.0.0.1", 0), handler)
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def watch(settings: Any) -> Callable[..., None]:
    """Name the witnesses of this site."""
    cache.clear()

    def watch(*witnesses: Witness, quorum: int = 1) -> None:
        given = {"YINJI_WITNESSES": witnesses, "YINJI_WITNESS_QUORUM": quorum}
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, **given})

    return watch


@pytest.fixture
def watched(
    signed: Checkpoint, serve: Callable[..., str], watch: Callable[..., None], tmp_path: Path
) -> list[witness.Witness]:
    """Two witnesses that know this site's log."""
    keys = signing.log_keys(signing.origin())
    made = [witness.Witness(key, keys, tmp_path / f"{number}.sqlite3") for number, key in enumerate(KEYS)]
    watch(*(Witness(each.key.verifier(COSIGNATURE), serve(each)) for each in made))
    return made


def test_witnesses_sign_the_newest_checkpoint(watched: list[witness.Witness], write: Write) -> None:
    tasks.ask_witnesses()
    assert (witnessed().size, witnessed().signed, witnessed().of) == (6, 2, 2)
    assert witnessed().is_enough
    write()
    advance()
    assert witnessed().size == 6  # the newer one is nobody's yet
    tasks.ask_witnesses()
    tasks.ask_witnesses()
    assert (witnessed().size, Cosignature.objects.count()) == (7, 4)
    published = published_checkpoint()
    assert published is not None
    assert published.count("\n— ") == 3


def test_a_witness_that_knows_more_than_we_remember_is_asked_again(
    watched: list[witness.Witness], attack: Callable[..., None], write: Write
) -> None:
    tasks.ask_witnesses()
    attack("DELETE FROM accounts_cosignature")
    write()
    advance()
    tasks.ask_witnesses()
    assert witnessed().signed == 2


def test_without_witnesses_nothing_is_witnessed(signed: Checkpoint, watch: Callable[..., None]) -> None:
    watch()
    tasks.ask_witnesses()
    assert not witnessed().is_enough
    assert (witnessed().size, witnessed().signed, witnessed().of) == (6, 0, 0)


def test_nobody_is_asked_before_the_first_checkpoint(db: None, watch: Callable[..., None]) -> None:
    tasks.ask_witnesses()
    assert witnessed().size == 0


def test_one_of_two_may_be_enough_or_not(
    watched: list[witness.Witness], watch: Callable[..., None], settings: Any
) -> None:
    first, second = settings.ENVIRONMENT["YINJI_WITNESSES"]
    watch(first, Witness(second.key, "http://127.0.0.1:9"), quorum=2)
    tasks.ask_witnesses()
    assert (witnessed().signed, witnessed().of, witnessed().is_enough) == (1, 2, False)
    watch(first, second, quorum=1)
    assert witnessed().is_enough


def _cut_off(attack: Callable[..., None], size: int) -> None:
    """What an operator does who owns the database, the disk and the key: everything after ``size`` never was."""
    attack("DELETE FROM accounts_recordbody WHERE record_id > %s", (size,))
    attack("DELETE FROM accounts_cosignature WHERE checkpoint_id > %s", (size,))
    attack("DELETE FROM accounts_record WHERE sequence > %s", (size,))
    attack("DELETE FROM accounts_checkpoint WHERE size > %s", (size,))


def test_a_witness_finds_an_end_that_was_cut_off(
    watched: list[witness.Witness], attack: Callable[..., None]
) -> None:
    tasks.ask_witnesses()
    _cut_off(attack, 4)
    assert advance() is None  # nothing here tells
    tasks.ask_witnesses()
    assert (Halt.objects.get().code, Halt.objects.get().sequence) == ("witness", 5)
    assert "it has seen 6 records" in Halt.objects.get().sentence
    with pytest.raises(Mismatch):
        advance()


def test_a_witness_finds_a_log_that_was_written_anew(
    watched: list[witness.Witness], attack: Callable[..., None], write: Write
) -> None:
    tasks.ask_witnesses()
    _cut_off(attack, 4)
    for _ in range(5):
        write(kind="account.operator_created")
    advance()
    tasks.ask_witnesses()
    assert Halt.objects.get().code == "witness"
    assert "another tree" in Halt.objects.get().sentence


def test_a_halt_by_a_witness_ends_when_it_signs_again_or_is_named_no_more(
    watched: list[witness.Witness], watch: Callable[..., None], write: Write
) -> None:
    Halt.objects.create(code="witness", sequence=1, sentence="no", at=Checkpoint.objects.first().at)  # type: ignore[union-attr]
    tasks.ask_witnesses()
    assert not Halt.objects.exists()
    Halt.objects.create(code="witness", sequence=1, sentence="no", at=Checkpoint.objects.first().at)  # type: ignore[union-attr]
    watch()
    tasks.ask_witnesses()
    assert not Halt.objects.exists()


def _always(status: int, body: bytes) -> type[BaseHTTPRequestHandler]:
    class Always(BaseHTTPRequestHandler):
        """A witness that is none."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Always


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (200, b""),
        (200, b"no signature\n"),
        (200, str(KEYS[0].sign("x\n")).encode()),
        (200, str(KEYS[0].cosign("another text\n")).encode()),
        (409, b"many\n"),
    ],
)
def test_it_takes_no_other_answer_for_a_signature(
    signed: Checkpoint,
    serve: Callable[..., str],
    watch: Callable[..., None],
    status: int,
    body: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch(Witness(KEYS[0].verifier(COSIGNATURE), serve(_always(status, body))))
    tasks.ask_witnesses()
    tasks.ask_witnesses()  # left alone for a minute
    assert not Cosignature.objects.exists()
    assert not Halt.objects.exists()
    assert len([each for each in caplog.records if "did not witness" in each.message]) == 1


def test_a_witness_that_is_not_there_stops_nothing(
    signed: Checkpoint, watch: Callable[..., None], write: Write
) -> None:
    watch(Witness(KEYS[0].verifier(COSIGNATURE), "http://127.0.0.1:9"))
    tasks.ask_witnesses()
    write()
    assert advance() is not None


def test_it_asks_nobody_for_what_it_cannot_prove(
    watched: list[witness.Witness], write: Write, files: TileFiles
) -> None:
    tasks.ask_witnesses()
    write()
    advance()
    files.place(Tile(0, 0, 7)).unlink()
    tasks.ask_witnesses()
    assert (witnessed().size, Halt.objects.exists()) == (6, False)


def test_a_stored_cosignature_counts_only_while_it_verifies(
    watched: list[witness.Witness], attack: Callable[..., None]
) -> None:
    tasks.ask_witnesses()
    attack("UPDATE accounts_cosignature SET line = replace(line, 'w1', 'w3') WHERE witness LIKE '%%w1'")
    assert witnessed().signed == 1


VKEY = str(KEYS[0].verifier(COSIGNATURE))


def test_witnesses_are_named_by_key_and_address() -> None:
    found = read_witnesses(
        f"{VKEY} http://127.0.0.1:8701/w/ , {KEYS[1].verifier(COSIGNATURE)} https://w.example.com"
    )
    assert [each.url for each in found] == ["http://127.0.0.1:8701/w", "https://w.example.com"]
    assert read_witnesses("") == ()


@pytest.mark.parametrize(
    "text",
    [VKEY, f"{VKEY} ftp://x", f"{VKEY} http://", f"{VKEY} http://x:99999", f"{VKEY} http://x?q", "x http://x",
     f"{KEYS[0].verifier()} http://x", f"{VKEY} http://x, {VKEY} http://y"],
)  # fmt: skip
def test_it_refuses_witnesses_of_another_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|Port"):
        read_witnesses(text)
