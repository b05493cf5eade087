"""Records of one subject with all that proves them, as one file that somebody else can check without us.

The same log gives the same bytes, whenever and wherever they are made: names are sorted, times are none, and the
checkpoint is the first that covers the records and was witnessed by enough. Where these lie in more than one shard,
each has its checkpoint, and the records that bind one shard to the next come along. Nothing is handed over that its own proofs refute.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.records import signing
from accounts.records.canonical import JSON, NotCanonical, canonical, parse
from accounts.records.checkpoint import write_proof
from accounts.records.entry import SALT_BYTES, Entry, EntryInvalid, commitment
from accounts.records.halting import Mismatch
from accounts.records.log import body_context
from accounts.records.models import Checkpoint, Record, RecordBody, Shard, Stamp
from accounts.records.note import Note, SigningKey
from accounts.records.proving import proofs
from accounts.records.queries import valid_witnesses, with_cosignatures
from accounts.records.sequencing import advance
from accounts.records.shards import checkpoints
from accounts.vault.sealing import Damaged, unseal

VERSION = 1
SIGNED_AS = "yinji-records-export/v1"
"""First line of what signs a manifest; no checkpoint begins like it and has three lines."""
NOT_YET = "The records are not signed yet: try again in a moment."
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


def package_of_year(year: int) -> Package:
    """All records of a calendar year in UTC, without what is about people: what its published figures are counted from.

    Raises :class:`NotExportable` as :func:`package` does.
    """
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return _package(f"year:{year}", Record.objects.filter(at__gte=begin, at__lt=end), lambda record: False)


def package(*, subject: str, may_open: Callable[[Record], bool] = lambda record: False) -> Package:
    """The records of ``subject`` (``work:8Z0K3…``) as a ZIP file.

    Bodies about nobody are opened; those sealed for a person only where ``may_open`` says so, and are redacted else.
    Raises :class:`NotExportable` where there is no record, and where the log is not what was signed.
    """
    return _package(subject, Record.objects.filter(subject=subject), may_open)


def _package(subject: str, chosen: QuerySet[Record], may_open: Callable[[Record], bool]) -> Package:
    try:
        advance()
    except Mismatch as mismatch:
        raise NotExportable(f"Nothing is signed while the log is in doubt. {_told(mismatch)}") from mismatch
    except OSError as error:
        raise NotExportable(f"The folder of the log cannot be used: {error.strerror}.") from error
    records = list(chosen.order_by("sequence").select_related("body__person_key__user").iterator())
    if not records:
        raise NotExportable(f"There is no record of {subject}.")
    trees = _trees(records[0].sequence, records[-1].sequence)
    links = _links(trees)
    files = _shipped()
    for tree in trees:
        files |= _evidence(tree, [record for record in [*records, *links] if tree.has(record)])
    for record in records:
        if _proof(record.sequence) not in files:
            raise NotExportable(f"Record {record.sequence} lies in no shard.")
    files |= _lines(records, links)
    bodies = {record.sequence: _body(record, may_open) for record in records}
    of_links = {record.sequence: _body(record, may_open) for record in links}
    files |= _bodies({**of_links, **bodies})
    files["keys.json"] = canonical(_keys(trees))
    manifest = _manifest(subject, trees, len(records), files)
    files |= {"manifest.json": manifest, "manifest.note": _signature(manifest)}
    opened = sum("body" in body for body in bodies.values())
    return Package(_zipped(files), len(records), opened, len(records) - opened, trees[-1].checkpoint.size)


@dataclass(frozen=True)
class _Tree:
    """A shard, and the checkpoint that its records are proven under."""

    shard: Shard
    checkpoint: Checkpoint

    @property
    def size(self) -> int:
        return self.checkpoint.size - self.shard.before

    def has(self, record: Record) -> bool:
        return self.shard.first <= record.sequence <= self.checkpoint.size


def _trees(first: int, last: int) -> list[_Tree]:
    """The shards from record ``first`` to the checkpoint that stands for record ``last``: each whole but the last one, which the others are bound to."""
    end = _standing_for(last)
    reaching = Q(last__isnull=True) | Q(last__gte=first)
    found = list(Shard.objects.filter(reaching, first__lte=end.size).order_by("first"))
    return [_Tree(each, end if each is found[-1] else _whole(each)) for each in found]


def _links(trees: list[_Tree]) -> list[Record]:
    """The last record of each shard and the first of the next."""
    numbers = [each for tree in trees[1:] for each in (tree.shard.before, tree.shard.first)]
    found = Record.objects.filter(sequence__in=numbers).order_by("sequence")
    return list(found.select_related("body__person_key__user"))


def _standing_for(last: int) -> Checkpoint:
    """The first checkpoint over record ``last`` that enough witnesses signed, if only one of a later shard, which is bound to this one.

    Where there is none, the first of its own shard that was stamped, or the first of all.
    """
    covering = Checkpoint.objects.filter(size__gte=last).order_by("size")
    needed = settings.ENVIRONMENT["YINJI_WITNESS_QUORUM"]
    for checkpoint in covering.filter(cosignatures__isnull=False).distinct():
        if _count(checkpoint) >= needed:
            return checkpoint
    own = Shard.objects.filter(first__lte=last).order_by("-first").first()
    covering = checkpoints(own).filter(size__gte=last).order_by("size") if own else covering.none()
    found = covering.filter(stamp__isnull=False).first() or covering.first()
    if found is None:
        raise NotExportable(NOT_YET)
    return found


def _whole(shard: Shard) -> Checkpoint:
    """The last checkpoint of a frozen shard."""
    found = Checkpoint.objects.filter(size=shard.last or 0).first()
    if found is None:
        raise NotExportable(NOT_YET)
    return found


def _count(checkpoint: Checkpoint) -> int:
    return len(valid_witnesses(checkpoint))


def _lines(records: list[Record], links: list[Record]) -> dict[str, bytes]:
    """The entries, one a line; those that bind the shards apart, whatever the package is of."""
    named = {"records.jsonl": records, "links.jsonl": links}
    return {
        name: b"".join(bytes(record.entry) + b"\n" for record in chosen)
        for name, chosen in named.items()
        if chosen
    }


def _evidence(of: _Tree, records: list[Record]) -> dict[str, bytes]:
    note = with_cosignatures(of.checkpoint)
    files = {f"checkpoints/{of.checkpoint.size}.txt": note.encode()}
    if (stamp := Stamp.objects.filter(checkpoint=of.checkpoint).first()) is not None:
        files[f"timestamps/{of.checkpoint.size}.tsr"] = bytes(stamp.reply)
    try:
        for sequence, (leaf, proof) in proofs(of.shard, of.checkpoint, records).items():
            files[_proof(sequence)] = write_proof(leaf, proof, note).encode()
    except Mismatch as mismatch:
        raise NotExportable(f"{of.shard} is not what was signed. {_told(mismatch)}") from mismatch
    return files


def _proof(sequence: int) -> str:
    return f"proofs/{sequence}.tlog-proof"


def _told(mismatch: Mismatch) -> str:
    return f"Record {mismatch.sequence}: {mismatch.sentence}"


def _keys(trees: list[_Tree]) -> dict[str, JSON]:
    """The log's keys under its own name, and under those of the shards."""
    name = signing.origin()
    names = dict.fromkeys([name, *(tree.shard.origin for tree in trees)])
    return {
        "origin": name,
        "log": [str(key) for each in names for key in signing.log_keys(each)],
        "witnesses": [str(each.key) for each in settings.ENVIRONMENT["YINJI_WITNESSES"]],
    }


def _body(record: Record, may_open: Callable[[Record], bool]) -> dict[str, JSON]:
    """One body with its salt, or why it is not shown."""
    body: RecordBody = record.body
    if not bytes(body.content):
        return {"redacted": ERASED}
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
    salt, body = content[:SALT_BYTES], content[SALT_BYTES:]
    try:
        opened = {"salt": salt.hex(), "body": parse(body)}
        committed = Entry.from_bytes(bytes(record.entry)).commitment
    except (NotCanonical, EntryInvalid) as error:
        raise NotExportable(f"The body of record {record.sequence} cannot be read: {error}") from error
    if commitment(salt, body) != committed:
        raise NotExportable(f"The body of record {record.sequence} is not what its entry committed to.")
    return opened


def _bodies(bodies: dict[int, dict[str, JSON]]) -> dict[str, bytes]:
    return {f"bodies/{sequence}.json": canonical(body) for sequence, body in bodies.items()}


def _shipped() -> dict[str, bytes]:
    return {name: (_FOLDER / source).read_bytes() for name, source in _SHIPPED.items()}


def _manifest(subject: str, trees: list[_Tree], records: int, files: dict[str, bytes]) -> bytes:
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    origin = signing.origin()
    return canonical(
        {
            "v": VERSION,
            "origin": origin,
            "subject": subject,
            "size": trees[-1].checkpoint.size,
            "shards": [
                {"origin": tree.shard.origin, "first": tree.shard.first, "size": tree.size} for tree in trees
            ],
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
