"""A witness: a small program that remembers how far it has seen a log, and signs only what continues that.

It is meant to run somewhere else than the log, under somebody else's hand: ``python -m accounts.records.witness``. It needs
Python, the package ``cryptography`` and the pure rooms beside this file, no Django and no database server. It speaks C2SP
tlog-witness (``add-checkpoint``) and signs cosignatures of C2SP tlog-cosignature. Pure.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from accounts.records.checkpoint import CheckpointInvalid, TreeHead, decode
from accounts.records.merkle import EMPTY_ROOT, LONGEST_PROOF, ProofInvalid, check_consistency
from accounts.records.note import COSIGNATURE, LARGEST_NOTE, Note, NoteInvalid, SigningKey, VerifierKey

LARGEST_REQUEST = LARGEST_NOTE + 8 * 1024
TIMEOUT = 10.0
OK, BAD, FORBIDDEN, UNKNOWN, CONFLICT, TOO_LARGE, UNPROVED = 200, 400, 403, 404, 409, 413, 422
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"

_SHARD = re.compile(r"/[0-9]{4}(-[0-9]+)?")
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_TABLES = """
CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS evidence (at TEXT DEFAULT CURRENT_TIMESTAMP, origin TEXT, held TEXT, offered TEXT);
"""


@dataclass(frozen=True)
class Answer:
    """What a witness answers: status, body and its type."""

    status: int
    body: str = ""
    type: str = TEXT


class _Refused(Exception):
    """A request that is answered with something else than a signature."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


@dataclass(frozen=True)
class _Request:
    old: int
    proof: list[bytes]
    note: Note
    head: TreeHead


@dataclass
class Witness:
    """One witness: its key, the logs that it knows by their keys, and the file that it remembers them in."""

    key: SigningKey
    logs: Sequence[VerifierKey]
    state: Path
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one ``add-checkpoint``. What is signed is safe on the disk before this returns."""
        try:
            request = _parse(body)
            self._require_known(request)
            with self._turn, self._memory() as memory:
                self._remember(memory, request)
        except _Refused as refused:
            return refused.answer
        return Answer(OK, str(self.key.cosign(request.note.text)))

    def _require_known(self, request: _Request) -> None:
        keys = [known for key in self.logs if (known := _key_of(key, request.head.origin))]
        if not keys:
            raise _Refused(Answer(UNKNOWN, "This log is not known here.\n"))
        try:
            is_signed = bool(request.note.verified_by(keys))
        except NoteInvalid:
            is_signed = False
        if not is_signed:
            raise _Refused(Answer(FORBIDDEN, "No known key of this log signed this checkpoint.\n"))
        if request.old > request.head.size:
            raise _Refused(Answer(BAD, "The old size is larger than the checkpoint's.\n"))

    def _remember(self, memory: sqlite3.Connection, request: _Request) -> None:
        """Check a checkpoint against what was seen, and see it; in one transaction, so that no other comes between."""
        head = request.head
        size, root, note = memory.execute(
            "SELECT size, root, note FROM seen WHERE origin = ?", (head.origin,)
        ).fetchone() or (0, EMPTY_ROOT, "")
        if request.old != size:
            raise _Refused(Answer(CONFLICT, f"{size}\n", SIZE))
        try:
            check_consistency(size, root, head.size, head.root, request.proof)
        except ProofInvalid as error:
            self._keep_evidence(memory, head.origin, note, str(request.note))
            is_fork = size == head.size and not request.proof
            raise _Refused(
                Answer(CONFLICT, f"{size}\n", SIZE) if is_fork else Answer(UNPROVED, f"{error}\n")
            ) from error
        memory.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)",
            (head.origin, head.size, head.root, str(request.note)),
        )

    def _keep_evidence(self, memory: sqlite3.Connection, origin: str, held: str, offered: str) -> None:
        """Two signed checkpoints that do not fit together prove what the log did (the same pair once)."""
        pair = (origin, held, offered)
        memory.execute(
            "INSERT INTO evidence (origin, held, offered) SELECT ?, ?, ? WHERE NOT EXISTS "
            "(SELECT 1 FROM evidence WHERE origin = ? AND held = ? AND offered = ?)",
            (*pair, *pair),
        )

    @contextmanager
    def _memory(self) -> Iterator[sqlite3.Connection]:
        """The state in one transaction that is on the disk when this ends, also when a request was refused."""
        with closing(sqlite3.connect(self.state, isolation_level=None, timeout=TIMEOUT)) as memory:
            memory.execute("PRAGMA synchronous=FULL")
            memory.executescript(_TABLES)
            memory.execute("BEGIN IMMEDIATE")
            try:
                yield memory
            except _Refused:
                memory.execute("COMMIT")
                raise
            memory.execute("COMMIT")


def _key_of(log: VerifierKey, origin: str) -> VerifierKey | None:
    """The key of a log under the name of one of its shards, such as ``example.com/log/2027`` for the log ``example.com/log``.

    Each shard is a tree of its own with a name of its own, and is remembered by itself.
    """
    is_shard = _SHARD.fullmatch(origin.removeprefix(log.name)) if origin.startswith(log.name) else None
    return replace(log, name=origin) if origin == log.name or is_shard else None


def _parse(body: bytes) -> _Request:
    try:
        lines, blank, note = body.decode().partition("\n\n")
        old, *proof = lines.split("\n")
        size = _OLD.fullmatch(old)
        if not blank or not size or len(proof) >= LONGEST_PROOF:
            raise CheckpointInvalid("expected an old size, a proof of at most 63 lines and a checkpoint")
        parsed = Note.parse(note)
        return _Request(int(size[1]), list(map(decode, proof)), parsed, TreeHead.parse(parsed.text))
    except (UnicodeDecodeError, NoteInvalid, CheckpointInvalid) as error:
        raise _Refused(Answer(BAD, f"{error}\n")) from error


class _Handler(BaseHTTPRequestHandler):
    """HTTP in front of a witness."""

    protocol_version = "HTTP/1.1"
    timeout = TIMEOUT
    witness: Witness

    def do_POST(self) -> None:  # the name that http.server asks for
        """Answer ``add-checkpoint``, and nothing else."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_REQUEST:
            self._answer(Answer(TOO_LARGE, f"Expected at most {LARGEST_REQUEST} bytes.\n"), is_last=True)
            return
        body = self.rfile.read(int(length))
        known = self.path.rstrip("/").endswith("/add-checkpoint")
        self._answer(self.witness.add_checkpoint(body) if known else Answer(UNKNOWN, "Not here.\n"))

    def _answer(self, answer: Answer, *, is_last: bool = False) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(body)))
        if is_last:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Write no line for a request: who asked is nobody's business."""


def server(witness: Witness, address: tuple[str, int]) -> ThreadingHTTPServer:
    """A server of ``witness`` that listens at ``address``; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"witness": witness})
    return ThreadingHTTPServer(address, handler)


def load_key(path: Path, name: str) -> SigningKey:
    """The witness's key, made at first use with mode 0600. Raises ValueError for a file that holds something else."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return SigningKey(name, bytes.fromhex(path.read_text().strip()))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the program takes."""
    parser.add_argument("--name", required=True, help="name of the witness, such as witness.example.com/one")
    parser.add_argument(
        "--log", action="append", default=[], metavar="KEY", help="verifier key of a log; again for more"
    )
    parser.add_argument("--folder", type=Path, required=True, help="where the key and the memory are kept")
    parser.add_argument("--listen", default="127.0.0.1:8701", metavar="HOST:PORT")
    parser.add_argument("--show-key", action="store_true", help="print the verifier key and end")


def run(options: argparse.Namespace, say: Callable[[str], object] = print) -> int:
    """Run a witness until it is stopped. Returns 2 for options that cannot be used."""
    host, _, port = options.listen.rpartition(":")
    try:
        key = load_key(options.folder / "witness.key", options.name)
        say(f"{key.verifier(COSIGNATURE)}")
        witness = Witness(key, tuple(map(VerifierKey.parse, options.log)), options.folder / "witness.sqlite3")
        served = None if options.show_key else server(witness, (host, int(port)))
    except (OSError, ValueError) as error:
        say(f"The witness cannot start: {error}")
        return 2
    if served:
        say(f"Listening at http://{host}:{served.server_port}/add-checkpoint")
        served.serve_forever()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The program by itself."""
    parser = argparse.ArgumentParser(
        prog="witness", description="Remember how far a log was seen, and sign what continues it."
    )
    add_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
