"""A recording of somebody who says that they agree: what it is, and where it lies, sealed. It is never decoded here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.vault.sealing import seal, unseal

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.users.models import User

MOST_BYTES = 16 << 20
"""About two minutes of what a telephone records."""
FEWEST_BYTES = 1024

_WEBM = b"\x1a\x45\xdf\xa3"  # RFC 8794 section 11.2.1
_MP3 = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


def media_type_of(head: bytes) -> str | None:
    """The kind of a recording by its first 12 bytes; None for any that browsers and telephones do not make."""
    if head.startswith(_WEBM):
        return "video/webm"
    if head[4:8] == b"ftyp":  # ISO/IEC 14496-12 section 4.3
        return "audio/mp4" if head[8:12] in (b"M4A ", b"M4B ") else "video/mp4"
    if head.startswith(b"OggS"):  # RFC 3533 section 6
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/mpeg" if head.startswith(_MP3) else None


def name_of(reference: UUID) -> str:
    """Storage name of a recording."""
    return f"statements/{reference}"


def store(reference: UUID, person: User, recording: bytes) -> None:
    """Store a recording, sealed under the key of the person whose consent it is about; what is there is replaced."""
    name = name_of(reference)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(seal(person, recording, context=f"statement:{reference}")))


def load(reference: UUID, person: User) -> bytes:
    """Open a recording. Raises Erased or Damaged (:mod:`accounts.vault.sealing`), and FileNotFoundError."""
    with default_storage.open(name_of(reference)) as file:
        return unseal(person, file.read(), context=f"statement:{reference}")


def remove(reference: UUID) -> None:
    """Remove a recording; one that is gone already is fine."""
    default_storage.delete(name_of(reference))
