"""Checking what was signed over the records: checkpoints, cosignatures and tiles, against the stored bytes.

:mod:`accounts.records.verify` reads each record by itself and beside its neighbour; this holds all of them against the
tree. It parses nothing and opens no body, so it is the quick part of a whole reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import OperationalError
from django.utils import timezone

from accounts.records import signing, stored
from accounts.records.checkpoint import CheckpointInvalid, TreeHead, read_checkpoint
from accounts.records.entry import leaf_hash
from accounts.records.halting import WITNESS, Mismatch
from accounts.records.mending import AT_ONCE, hash_tiles, hold
from accounts.records.merkle import Frontier, ProofInvalid, check_consistency, consistency_proof, root_of
from accounts.records.models import Halt, Record, Shard
from accounts.records.queries import held_by_witnesses
from accounts.records.sequencing import log_files
from accounts.records.shards import all_shards, checkpoints
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import (
    ENTRIES,
    HEIGHT,
    WIDTH,
    Tile,
    TileInvalid,
    TileTree,
    bundle,
    first_leaf,
    tiles_between,
)
from accounts.records.verify import Findings
from accounts.records.verify_cosignatures import check_cosignatures
from accounts.records.verify_links import check_links

LAST = 1000
"""Records and checkpoints that the quick check looks at, from the end."""


def quick(findings: Findings, *, given: str | None = None) -> None:
    """Check the last thousand checkpoints and records: signatures, columns, links, and that each tree continues the other.

    Of a frozen shard each tile must be there, and the first are hashed again, or all where its root is wrong; what was found when they were
    hashed last is told.
    ``given`` is a signed checkpoint that somebody else kept. What is found is added to ``findings``.
    """
    total = stored.count()
    findings.records = min(LAST, total)
    found = _shards(findings)
    kept = _given(findings, given, found)
    for shard in found:
        signed = _heads(findings, shard, limit=LAST if shard.last is None else 1)
        last = max(signed, default=0)
        if total < shard.before + last:
            findings.add(
                total + 1, "cut_off", f"{shard.before + last} records were signed, and {total} are there."
            )
        heads = sorted([*signed.values(), *kept.get(shard.first, [])], key=lambda head: head.size)
        is_whole = _check_growth(findings, shard, heads, last)
        _check_tiles(findings, shard, last, is_whole=is_whole)
    _tell_halts(findings)
    check_cosignatures(findings)
    if found:
        check_links(findings, found)
    try:
        stored.entries(max(0, total - LAST), total)
    except Mismatch as mismatch:
        findings.add(mismatch.sequence, mismatch.code, mismatch.sentence)


def check_bytes(
    findings: Findings, *, given: str | None = None, progress: Callable[[int], None] | None = None
) -> None:
    """Hash every stored entry again and hold the tree against every checkpoint, every tile and every bundle.

    ``given`` is a signed checkpoint that somebody else kept; ``progress`` is called with the number of records read.
    """
    found, read = _shards(findings), 0
    kept = _given(findings, given, found)
    for shard in found:
        heads = _heads(findings, shard)
        reader = _reader(findings, shard, heads, kept.get(shard.first, []))
        for page in _pages(findings, shard):
            reader.read(page)
            if progress:
                progress(shard.before + reader.frontier.size)
        reader.finish()
        read += reader.frontier.size
    findings.records = read
    findings.held_by_witnesses = held_by_witnesses(found)
    findings.held = max(findings.held, findings.held_by_witnesses, _held(found, kept))
    check_cosignatures(findings)
    if found:
        check_links(findings, found)


def _shards(findings: Findings) -> list[Shard]:
    try:
        return all_shards(timezone.now())
    except Mismatch as mismatch:
        findings.add(mismatch.sequence, mismatch.code, mismatch.sentence)
        return []


def _heads(findings: Findings, shard: Shard, limit: int | None = None) -> dict[int, TreeHead]:
    """The stored checkpoints of a shard by the size of its tree, without those that are found wanting."""
    heads = {}
    for checkpoint in checkpoints(shard).order_by("-size")[:limit].iterator():
        try:
            head = signing.read_own(checkpoint, shard)
        except CheckpointInvalid as error:
            findings.add(checkpoint.size, "checkpoint", f"The checkpoint cannot be read: {error}.")
            continue
        heads[head.size] = head
    return heads


def _reader(findings: Findings, shard: Shard, heads: dict[int, TreeHead], kept: list[TreeHead]) -> _Reader:
    named = [*heads.values(), *kept]
    expected: dict[int, list[bytes]] = {head.size: [] for head in named}
    for head in named:
        expected[head.size].append(head.root)
    files = log_files().below(shard.folder)
    return _Reader(findings, expected, max(heads, default=0), shard.before, files)


def _given(findings: Findings, given: str | None, found: list[Shard]) -> dict[int, list[TreeHead]]:
    """The head of a checkpoint from outside, by its shard: this has to continue it, whoever signed the stored ones."""
    if given is None or not found:
        return {}
    shard = next((each for each in found if given.startswith(f"{each.origin}\n")), found[0])
    try:
        head = read_checkpoint(given, origin=shard.origin, keys=signing.log_keys(shard.origin))
    except CheckpointInvalid as error:
        findings.add(1, "given", f"The given checkpoint is none of this log: {error}.")
        return {}
    return {shard.first: [head]}


def _held(found: list[Shard], kept: dict[int, list[TreeHead]]) -> int:
    """The number of the last record under the checkpoint from outside; 0 without one."""
    return max((each.before + head.size for each in found for head in kept.get(each.first, ())), default=0)


def _check_growth(findings: Findings, shard: Shard, heads: list[TreeHead], last: int) -> bool:
    """Whether each tree continues the one before it."""
    is_whole, tree = True, TileTree(last, log_files().below(shard.folder).read)
    for old, new in zip(heads, heads[1:] or heads, strict=False):
        try:
            if new.size > last:
                raise ProofInvalid(f"{new.size} records were signed elsewhere, and {last} here")
            known = tree.at(new.size)
            proof = consistency_proof(old.size, new.size, known.subtree)
            check_consistency(old.size, old.root, new.size, new.root, proof)
            check_consistency(new.size, new.root, new.size, known.root(), ())
        except (ProofInvalid, TileInvalid, OSError) as error:
            is_whole, why = False, error.strerror if isinstance(error, OSError) else error
            sentence = f"The tree of {new.size} does not continue that of {old.size}: {why}."
            findings.add(shard.before + new.size, "tree", sentence)
    return is_whole


def _check_tiles(findings: Findings, shard: Shard, size: int, *, is_whole: bool) -> None:
    """Name the tiles of a frozen shard, or of a tree that is not whole, that are not there, and the first record whose tile does not fit."""
    if shard.last is None and is_whole:
        return
    files = log_files().below(shard.folder)
    for tile in tiles_between(0, size):
        if not files.has(tile):
            findings.add(shard.first + first_leaf(tile), "tile", f"The tile {tile.path} is not there.")
    try:
        hold(files, shard, islice(hash_tiles(size), AT_ONCE if is_whole else None))
    except Mismatch as mismatch:
        findings.add(mismatch.sequence, mismatch.code, mismatch.sentence)


def _tell_halts(findings: Findings) -> None:
    """Tell why a shard is in doubt, unless it was just found again. What witnesses say is no finding of this site."""
    told = {(finding.sequence, finding.code) for finding in findings.told}
    for halt in Halt.objects.exclude(code=WITNESS).order_by("id"):
        if (halt.sequence, halt.code) not in told:
            findings.add(halt.sequence, halt.code, f"{halt.sentence} Found on {halt.at:%Y-%m-%d %H:%M} UTC.")


Row = tuple[Any, Any, Any]
"""Number, entry and leaf hash; SQLite keeps in any column what its file's owner writes there."""


def _pages(findings: Findings, shard: Shard) -> Iterator[list[Row]]:
    """The records of a shard in order of their numbers, as many at a time as a tile has."""
    last = shard.before
    while page := _page(findings, shard, last):
        yield page
        last = page[-1][0]


def _page(findings: Findings, shard: Shard, after: int) -> list[Row]:
    wanted = Record.objects.filter(sequence__gt=after).order_by("sequence")
    wanted = wanted if shard.last is None else wanted.filter(sequence__lte=shard.last)
    rows = wanted.values_list("sequence", "entry", "leaf_hash")
    try:
        return [row for row in rows[:WIDTH] if _is_number(row[0])]
    except OperationalError as error:
        if stored.UNREADABLE not in str(error):
            raise
    numbers = [each for each in wanted.values_list("sequence", flat=True)[:WIDTH] if _is_number(each)]
    return [_row(findings, each) for each in numbers]


def _is_number(value: object) -> bool:
    return isinstance(value, int)


def _row(findings: Findings, sequence: int) -> Row:
    try:
        return Record.objects.values_list("sequence", "entry", "leaf_hash").get(sequence=sequence)
    except OperationalError:
        findings.add(sequence, "column", "A column holds bytes that cannot be read.")
        return sequence, b"", b""


@dataclass
class _Reader:
    """Walks the records of a shard once; builds its tree and its tiles as they must be."""

    findings: Findings
    expected: dict[int, list[bytes]]
    last: int
    """How many records are under the last checkpoint."""
    before: int
    """How many records of the log lie before the shard."""
    files: TileFiles
    frontier: Frontier = field(default_factory=Frontier)
    entries: list[bytes] = field(default_factory=list)
    levels: list[list[bytes]] = field(default_factory=lambda: [[]])

    def read(self, page: list[Row]) -> None:
        """Check records and take them into the tree."""
        for sequence, entry, leaf in page:
            content = stored.octets(entry)
            expected = self.before + self.frontier.size + 1
            if sequence != expected:
                self.findings.add(
                    expected, "sequence", f"Expected record {expected}, found {sequence!r} in its place."
                )
            if stored.octets(leaf) != leaf_hash(content):
                self.findings.add(sequence, "column", "The column leaf_hash differs from the entry.")
            self._take(content)

    def finish(self) -> None:
        """Check what only the end can show."""
        size = self.frontier.size
        signed = {self.last, *self.expected}
        for beyond in sorted(each for each in signed if each > size):
            self.findings.add(
                self.before + size + 1,
                "cut_off",
                f"{self.before + beyond} records were signed, and {self.before + size} are there.",
            )

    def _take(self, entry: bytes) -> None:
        leaf = stored.leaf_again(entry)
        self.frontier.add(leaf)
        for root in self.expected.get(self.frontier.size, ()):
            if root != self.frontier.root():
                self.findings.add(
                    self.before + self.frontier.size,
                    "root",
                    f"The first {self.frontier.size} records are not those that were signed.",
                )
        if self.frontier.size <= self.last:
            self._grow(entry, leaf)

    def _grow(self, entry: bytes, leaf: bytes) -> None:
        self.entries.append(entry)
        self.levels[0].append(leaf)
        level = 0
        while len(self.levels[level]) == WIDTH:
            self._compare(level)
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(root_of(self.levels[level]))
            self.levels[level] = []
            level += 1
        if self.frontier.size == self.last:
            for each in range(len(self.levels)):
                self._compare(each)

    def _compare(self, level: int) -> None:
        """Hold what is pending at a level against the files that are there for it."""
        hashes = self.levels[level]
        if not hashes:
            return
        index = (self.frontier.size - 1) >> HEIGHT * (level + 1)
        self._compare_file(Tile(level, index, len(hashes)), hashes)
        if level == 0:
            self._compare_file(Tile(ENTRIES, index, len(hashes)), [bundle([each]) for each in self.entries])
            self.entries = []

    def _compare_file(self, tile: Tile, parts: list[bytes]) -> None:
        for each in [tile, *self._narrower(tile)]:
            try:
                found = self.files.read(each)
            except OSError:
                self._blame(each, 0, "is not there")
                continue
            part = first_difference(found, parts[: each.width])
            if part is not None and not self._is_told(each, part):
                self._blame(each, part, "does not hold what the records hold")

    def _is_told(self, tile: Tile, part: int) -> bool:
        """Whether a hash above other hashes differs because of a record that is named already."""
        first = self.before + first_leaf(tile, part) + 1
        below = range(first, first + (1 << HEIGHT * max(tile.level, 0)))
        return tile.level > 0 and any(each.sequence in below for each in self.findings.told)

    def _narrower(self, tile: Tile) -> list[Tile]:
        """Older partial forms of the same tile that are still there; what was never signed counts for nothing."""
        folder = self.files.place(Tile(tile.level, tile.index, 1)).parent
        widths = (
            [int(each.name) for each in folder.glob("*") if each.name.isdigit()] if folder.is_dir() else []
        )
        tiles = [Tile(tile.level, tile.index, width) for width in sorted(widths) if width < tile.width]
        return [each for each in tiles if each.level > 0 or each.index * WIDTH + each.width in self.expected]

    def _blame(self, tile: Tile, part: int, what: str) -> None:
        self.findings.add(self.before + first_leaf(tile, part) + 1, "tile", f"The tile {tile.path} {what}.")


def first_difference(found: bytes | bytearray, parts: list[bytes]) -> int | None:
    """The number of the first of ``parts`` that ``found`` does not go on with; None where it is what they make together."""
    if found == b"".join(parts):
        return None
    at = 0
    for number, part in enumerate(parts):
        if found[at : at + len(part)] != part:
            return number
        at += len(part)
    return max(len(parts) - 1, 0)


def affected(findings: Findings) -> Mapping[int, str]:
    """Kind and subject of the records that findings name, by their number, as far as they can be read."""
    numbers = {finding.sequence for finding in findings.told}
    rows = Record.objects.filter(sequence__in=numbers).values_list("sequence", "kind", "subject")
    try:
        return {sequence: f"{kind} of {subject}" for sequence, kind, subject in rows}
    except OperationalError:
        return {}
