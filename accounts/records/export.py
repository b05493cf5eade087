"""Records of one subject with all that proves them, as one file that somebody else can check without us.

The same log gives the same bytes, whenever and wherever they are made: names are sorted, times are none, and the
checkpoint is the first that covers the records and was witnessed by enough.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from accounts.records import signing
from accounts.records.canonical import JSON, NotCanonical, canonical, parse
from accounts.records.checkpoint import write_proof
from accounts.records.entry import SALT_BYTES
from accounts.records.halting import Mismatch
from accounts.records.log import body_context
from accounts.records.merkle import inclusion_proof
from accounts.records.models import Checkpoint, Record, RecordBody
from accounts.records.note import Note, SigningKey
from accounts.records.queries import valid_witnesses, with_cosignatures
from accounts.records.sequencing import advance, log_files
from accounts.records.tiles import TileInvalid, TileTree
from accounts.vault.sealing import Damaged, unseal

VERSION = 1
SIGNED_AS = "yinji-records-export/v1"
"""First line of what signs a manifest; no checkpoint begins like it and has three lines."""
PERSONAL, ERASED = "personal", "erased"

_FOLDER = Path(__file__).parent / "package"
_SHIPPED = {
    "README.en.md": "README.en.md",
    "README.zh.md": "README.zh.md",
    "schema/records.json": "records.json",
    "verify.py": "verify.py",
}
_BEGINNING = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


class NotExportable(Exception):
    """There is nothing to hand over, or the log is not what was signed. Says which."""


@dataclass(frozen=True)
class Package:
    """A finished package: the bytes of its ZIP file, and how many records and bodies are in it."""

    content: bytes
    records: int
    opened: int
    redacted: int
    size: int

    def as_dict(self) -> dict[str, JSON]:
        """What the command says of it."""
        bodies = {"opened": self.opened, "redacted": self.redacted}
        sha = sha256(self.content).hexdigest()
        return {"records": self.records, "bodies": bodies, "checkpoint": self.size, "sha256": sha}


def package(*, subject: str, may_open: Callable[[Record], bool] = lambda record: False) -> Package:
    """The records of ``subject`` (``work:8Z0K3…``) as a ZIP file.

    Bodies about nobody are opened; those sealed for a person only where ``may_open`` says so, and are redacted else.
    Raises :class:`NotExportable` where there is no record, and where the log is not what was signed.
    """
    try:
        advance()
    except Mismatch as mismatch:
        raise NotExportable(f"Nothing is signed while the log is in doubt: {mismatch}") from mismatch
    records = list(_records(subject))
    if not records:
        raise NotExportable(f"There is no record of {subject}.")
    checkpoint = _checkpoint(records[-1].sequence)
    bodies = {record.sequence: _body(record, may_open) for record in records}
    files = {**_shipped(), **_evidence(records, checkpoint), **_bodies(bodies)}
    manifest = _manifest(subject, checkpoint.size, len(records), files)
    files |= {"manifest.json": manifest, "manifest.note": _signature(manifest)}
    opened = sum("body" in body for body in bodies.values())
    return Package(_zipped(files), len(records), opened, len(records) - opened, checkpoint.size)


def _records(subject: str) -> Iterator[Record]:
    found = Record.objects.filter(subject=subject).order_by("sequence")
    return found.select_related("body__person_key__user").iterator()


def _checkpoint(last: int) -> Checkpoint:
    """The first checkpoint over record ``last`` that enough witnesses signed; the first of all where none is."""
    covering = Checkpoint.objects.filter(size__gte=last).order_by("size")
    needed = settings.ENVIRONMENT["YINJI_WITNESS_QUORUM"]
    witnessed = (
        each for each in covering.filter(cosignatures__isnull=False).distinct() if _count(each) >= needed
    )
    found = next(witnessed, None) or covering.first()
    if found is None:
        raise NotExportable("The records are not signed yet: try again in a moment.")
    return found


def _count(checkpoint: Checkpoint) -> int:
    return len(valid_witnesses(checkpoint))


def _evidence(records: list[Record], checkpoint: Checkpoint) -> dict[str, bytes]:
    newest = Checkpoint.objects.order_by("-size")[0]
    tree = TileTree(newest.size, log_files().read).at(checkpoint.size)
    note = with_cosignatures(checkpoint)
    files = {
        "records.jsonl": b"".join(bytes(record.entry) + b"\n" for record in records),
        f"checkpoints/{checkpoint.size}.txt": note.encode(),
        "keys.json": canonical(_keys()),
    }
    try:
        for record in records:
            proof = inclusion_proof(record.sequence - 1, checkpoint.size, tree.subtree)
            files[f"proofs/{record.sequence}.tlog-proof"] = write_proof(
                record.sequence - 1, proof, note
            ).encode()
    except (OSError, TileInvalid) as error:
        raise NotExportable(f"The tiles cannot be read: {error}") from error
    return files


def _keys() -> dict[str, JSON]:
    name = signing.origin()
    return {
        "origin": name,
        "log": [str(key) for key in signing.log_keys(name)],
        "witnesses": [str(each.key) for each in settings.ENVIRONMENT["YINJI_WITNESSES"]],
    }


def _body(record: Record, may_open: Callable[[Record], bool]) -> dict[str, JSON]:
    """One body with its salt, or why it is not shown."""
    body: RecordBody = record.body
    if body.person_key is None:
        return _opened(record, bytes(body.content))
    if body.person_key.wrapped is None:
        return {"redacted": ERASED}
    if not may_open(record):
        return {"redacted": PERSONAL}
    try:
        content = unseal(body.person_key.user, body.content, context=body_context(record.event_id))
    except Damaged as error:
        raise NotExportable(f"The body of record {record.sequence} does not open: {error}") from error
    return _opened(record, content)


def _opened(record: Record, content: bytes) -> dict[str, JSON]:
    try:
        return {"salt": content[:SALT_BYTES].hex(), "body": parse(content[SALT_BYTES:])}
    except NotCanonical as error:
        raise NotExportable(f"The body of record {record.sequence} cannot be read: {error}") from error


def _bodies(bodies: dict[int, dict[str, JSON]]) -> dict[str, bytes]:
    return {f"bodies/{sequence}.json": canonical(body) for sequence, body in bodies.items()}


def _shipped() -> dict[str, bytes]:
    return {name: (_FOLDER / source).read_bytes() for name, source in _SHIPPED.items()}


def _manifest(subject: str, size: int, records: int, files: dict[str, bytes]) -> bytes:
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    origin = signing.origin()
    return canonical(
        {
            "v": VERSION,
            "origin": origin,
            "subject": subject,
            "size": size,
            "records": records,
            "files": hashes,
        }
    )


def _signature(manifest: bytes) -> bytes:
    """The log's signature over the manifest. Its text has two lines, so that it is never taken for a checkpoint."""
    key = SigningKey(signing.origin(), bytes.fromhex(settings.KEYS.log_signing_keys[0]))
    text = f"{SIGNED_AS}\n{sha256(manifest).hexdigest()}\n"
    return str(Note(text, (key.sign(text),))).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.external_attr, info.create_system = _PLAIN_FILE, 3
            package.writestr(info, files[name])
    return target.getvalue()
