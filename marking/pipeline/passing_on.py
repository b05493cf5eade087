"""Pass on a file as its distributor: the metadata alone are written, into a copy. Pure: no Django, no database.

It runs in a child process with hard limits (:mod:`marking.media.bounded`), because it reads a stranger's file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from marking.marks import credential
from marking.marks.credential import Issuer, OwnRoots, Parent, Passing, SigningFailed, Unreadable
from marking.marks.implicit_label import AigcLabel, Propagator, doubted, kept_label, propagated, read, write
from marking.marks.implicit_label.propagation import Doubt
from marking.media import Limits, MediaType, read_header


class NotPassedOn(Exception):
    """The file cannot be passed on. ``code`` is stable; the text says what was expected and found."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class PassedOn:
    """What was written: the label, whether it is that of another provider, and the hashes of both files."""

    label: AigcLabel
    is_kept: bool
    source_sha256: str
    sha256: str


def pass_on(
    source: Path, target: Path, propagator: Propagator, doubt: Doubt | None, issuer: Issuer, own: OwnRoots
) -> PassedOn:
    """Write a copy of the picture ``source`` to ``target``, with the label under which ``propagator`` passes it on.

    ``doubt`` is what is said of a file without a label; the label of one that has one is kept. The picture's own bytes
    are copied as they are. A content credential covers the metadata too: one that comes with the file becomes the history of a
    new one, signed by ``issuer``. Raises :class:`marking.media.Refused` for what is no picture, and :class:`NotPassedOn`.
    """
    media_type = read_header(source, Limits(), minimum_side=False).media_type
    data = source.read_bytes()
    label, is_kept = _label(data, propagator, doubt)
    try:
        written = write(data, label)
    except ValueError as error:
        raise NotPassedOn("not_writable", str(error)) from error
    written = _signed_anew(data, written, media_type, label, issuer, own)
    target.write_bytes(written)
    return PassedOn(label, is_kept, hashlib.sha256(data).hexdigest(), hashlib.sha256(written).hexdigest())


def _signed_anew(
    data: bytes, written: bytes, media_type: MediaType, label: AigcLabel, issuer: Issuer, own: OwnRoots
) -> bytes:
    """Return ``written`` with a credential over that of ``data``; as it is where there was none."""
    found = credential.read(data, own)
    if found is None:
        return written
    if isinstance(found, Unreadable):
        raise NotPassedOn(
            "credential_unreadable", "expected no content credential or one that can be read, found neither"
        )
    try:
        parent = Parent(data, media_type.value)
        return credential.sign(written, media_type.value, Passing(label.to_json()), issuer, parent=parent)
    except SigningFailed as failed:
        raise NotPassedOn("not_signed", str(failed)) from failed


def _label(data: bytes, propagator: Propagator, doubt: Doubt | None) -> tuple[AigcLabel, bool]:
    reading = read(data)
    kept = kept_label(reading)
    if kept is not None:
        return propagated(kept, propagator), True
    if reading.labels or reading.faults:
        raise NotPassedOn(
            "label_unusable",
            "expected no label or one whole label, found what would be lost by writing another",
        )
    if doubt is None:
        raise NotPassedOn("no_label", "expected a label in the file or --label, found neither")
    return doubted(doubt, propagator), False
