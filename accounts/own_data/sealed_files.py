"""Files that lie in the storage sealed for a person, a piece at a time, so that none has to fit into memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from django.core.files.base import File
from django.core.files.storage import default_storage

from accounts.vault.sealing import Damaged, seal, unseal

if TYPE_CHECKING:
    from accounts.users.models import User

PIECE = 4 << 20
_LENGTH = struct.Struct(">I")


def store(name: str, user: User, source: IO[bytes], scratch: IO[bytes]) -> None:
    """Seal ``source`` into ``scratch``, piece by piece, and store that as ``name``; what is there is replaced."""
    number = 0
    while piece := source.read(PIECE):
        sealed = seal(user, piece, context=_context(name, number))
        scratch.write(_LENGTH.pack(len(sealed)) + sealed)
        number += 1
    end = seal(user, b"", context=_context(name, number))
    scratch.write(_LENGTH.pack(len(end)) + end)
    scratch.seek(0)
    default_storage.delete(name)
    default_storage.save(name, File(scratch))


def pieces(name: str, user: User) -> Iterator[bytes]:
    """Open a file piece by piece. Raises FileNotFoundError, Erased, and Damaged, also for one that was cut off."""
    with default_storage.open(name) as file:
        number = 0
        while True:
            head = file.read(_LENGTH.size)
            if len(head) != _LENGTH.size:
                raise Damaged("The file ends before its end.")
            piece = unseal(user, file.read(_LENGTH.unpack(head)[0]), context=_context(name, number))
            if not piece:
                return
            yield piece
            number += 1


def _context(name: str, number: int) -> str:
    return f"file:{name}:{number}"
