"""What a log signs: its name, its size and the root of its tree (C2SP tlog-checkpoint); and proofs of one leaf. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from accounts.records.merkle import HASH_BYTES, check_inclusion
from accounts.records.note import Note, NoteInvalid, VerifierKey

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES = 3
_PROOF = "c2sp.org/tlog-proof@v1\n"


class CheckpointInvalid(ValueError):
    """A checkpoint or proof that breaks its form, is of another log, or that no known key signed."""


@dataclass(frozen=True)
class TreeHead:
    """The tree of the log ``origin`` at one size; ``root`` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note: three lines."""
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note. Raises :class:`CheckpointInvalid`, also for extension lines, which nobody audits."""
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise CheckpointInvalid(f"expected three lines: origin, size and root; found {text[:120]!r}")
        head = cls(lines[0], int(lines[1]), decode(lines[2]))
        if head.text != text:
            raise CheckpointInvalid(f"expected three lines: origin, size and root; found {text[:120]!r}")
        return head


def read_checkpoint(content: str | bytes, *, origin: str, keys: Iterable[VerifierKey]) -> TreeHead:
    """The head that a signed checkpoint of the log ``origin`` names, signed by one of its ``keys`` at least.

    Raises :class:`CheckpointInvalid` for another form, another log, a wrong signature and none by a known key.
    """
    try:
        note = Note.parse(content)
        head = TreeHead.parse(note.text)
        signed = note.verified_by(keys)
    except NoteInvalid as error:
        raise CheckpointInvalid(str(error)) from error
    if head.origin != origin:
        raise CheckpointInvalid(f"expected a checkpoint of {origin}, found one of {head.origin[:60]!r}")
    if not signed:
        raise CheckpointInvalid(f"expected a signature of {origin} by a known key, found none")
    return head


def write_proof(index: int, proof: Sequence[bytes], checkpoint: str) -> str:
    """Leaf ``index``, its inclusion proof and the signed checkpoint as one text (C2SP tlog-proof)."""
    return f"{_PROOF}index {index}\n" + "".join(f"{encode(each)}\n" for each in proof) + f"\n{checkpoint}"


def check_proof(text: str, leaf: bytes, *, origin: str, keys: Iterable[VerifierKey]) -> int:
    """Check such a text for ``leaf`` and return the leaf's number.

    Raises :class:`CheckpointInvalid` and :class:`~accounts.records.merkle.ProofInvalid`.
    """
    first, _, checkpoint = text.removeprefix(_PROOF).partition("\n\n")
    index, *proof = first.split("\n")
    number = index.removeprefix("index ")
    if not text.startswith(f"{_PROOF}index ") or not _SIZE.fullmatch(number):
        raise CheckpointInvalid(f"expected a proof with its index, found {text[:80]!r}")
    head = read_checkpoint(checkpoint, origin=origin, keys=keys)
    check_inclusion(leaf, int(number), head.size, [decode(each) for each in proof], head.root)
    return int(number)


def encode(hash_: bytes) -> str:
    """32 bytes as base64."""
    return base64.b64encode(hash_).decode()


def decode(text: str) -> bytes:
    """The 32 bytes of a hash in base64. Raises :class:`CheckpointInvalid`."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointInvalid(f"expected a hash in base64, found {text[:60]!r}") from error
    if len(found) != HASH_BYTES or encode(found) != text:
        raise CheckpointInvalid(f"expected a hash of {HASH_BYTES} bytes in base64, found {text[:60]!r}")
    return found
