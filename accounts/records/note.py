"""Signed notes and witnesses' cosignatures (C2SP signed-note and tlog-cosignature), with Ed25519 (RFC 8032). Pure."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 1
"""Signature type of a log's own key."""
COSIGNATURE = 4
"""Signature type of a witness, whose signatures carry their time."""
LARGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 64

_DASH = "\N{EM DASH} "
_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES, _KEY_BYTES = 4, 8, 64, 32
_NAME = re.compile(r"[^\s+]+")
_LATEST = 2**63 - 1


class NoteInvalid(ValueError):
    """A note, key or signature that breaks its form or does not verify. Says what was expected and found."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name and the type of signatures it makes; ``public`` is 32 bytes."""

    name: str
    type: int
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteInvalid(f"expected a key name without spaces and plus signs, found {self.name[:60]!r}")
        if self.type not in {ED25519, COSIGNATURE} or len(self.public) != _KEY_BYTES:
            raise NoteInvalid(f"expected an Ed25519 key, found type {self.type}, {len(self.public)} bytes")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type ‖ public key), its first 4 bytes."""
        return sha256(f"{self.name}\n".encode() + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The verifier key as it is handed on: ``name+id+key``."""
        encoded = base64.b64encode(bytes([self.type]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``name+id+key``. Raises :class:`NoteInvalid`."""
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        content = _decoded(encoded)
        key = cls(name, content[0] if content else 0, content[1:])
        if str(key) != text:
            raise NoteInvalid(f"expected a verifier key name+id+key, found {text[:120]!r}")
        return key

    def has_signed(self, signature: Signature) -> bool:
        """Whether a signature claims to be of this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def check(self, text: str, signature: Signature) -> None:
        """Check that this key signed ``text``. Raises :class:`NoteInvalid`."""
        message = text if self.type == ED25519 else _cosigned(text, signature.cosigned_at)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(
                signature.value[-_SIGNATURE_BYTES:], message.encode()
            )
        except InvalidSignature as error:
            raise NoteInvalid(f"the signature of {self.name} does not verify") from error
        if len(signature.value) != _SIGNATURE_BYTES + (_TIME_BYTES if self.type == COSIGNATURE else 0):
            raise NoteInvalid(f"the signature of {self.name} has {len(signature.value)} bytes")


@dataclass(frozen=True)
class Signature:
    """One signature line: key name, key id (4 bytes) and what was signed with it."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line with its newline. Raises :class:`NoteInvalid`."""
        name, _, encoded = line.removeprefix(_DASH).rstrip("\n").partition(" ")
        content = _decoded(encoded)
        signature = cls(name, content[:_ID_BYTES], content[_ID_BYTES:])
        if not signature.value or str(signature) != line or not _NAME.fullmatch(name):
            raise NoteInvalid(f"expected a signature line, found {line[:120]!r}")
        return signature

    @property
    def cosigned_at(self) -> int:
        """Seconds since 1970 at which a witness says that it signed."""
        return int.from_bytes(self.value[:_TIME_BYTES], "big")


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name; ``seed`` is 32 bytes."""

    name: str
    seed: bytes

    def verifier(self, type_: int = ED25519) -> VerifierKey:
        """The public half, as a log's key or as a witness's."""
        return VerifierKey(self.name, type_, self._key().public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text as a log does."""
        return Signature(self.name, self.verifier().key_id, self._key().sign(text.encode()))

    def cosign(self, text: str, at: float | None = None) -> Signature:
        """Sign a checkpoint's text as a witness does, at a time in seconds since 1970; now where none is given."""
        seconds = int(time.time() if at is None else at)
        signed = self._key().sign(_cosigned(text, seconds).encode())
        return Signature(
            self.name, self.verifier(COSIGNATURE).key_id, seconds.to_bytes(_TIME_BYTES, "big") + signed
        )

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Note:
    """A text, which ends in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    @classmethod
    def parse(cls, content: str | bytes) -> Self:
        """Read a note. Raises :class:`NoteInvalid` for anything that :meth:`__str__` would write otherwise."""
        whole = _readable(content)
        text, blank, lines = whole.rpartition("\n\n")
        signatures = tuple(map(Signature.parse, lines.splitlines(keepends=True)))
        note = cls(f"{text}\n", signatures)
        if not blank or not signatures or str(note) != whole or len(signatures) > MOST_SIGNATURES:
            raise NoteInvalid(f"expected a text, an empty line and 1 to {MOST_SIGNATURES} signatures")
        return note

    def verified_by(self, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Which of ``keys`` signed it; signatures of other keys are passed over.

        Raises :class:`NoteInvalid` where a signature claims to be of one of them and does not verify.
        """
        found = []
        for key in keys:
            claimed = [each for each in self.signatures if key.has_signed(each)]
            for signature in claimed:
                key.check(self.text, signature)
            found += [key] if claimed else []
        return found


def _readable(content: str | bytes) -> str:
    if len(content) > LARGEST_NOTE:
        raise NoteInvalid(f"expected a note of at most {LARGEST_NOTE} bytes, found {len(content)}")
    try:
        text = content.decode() if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise NoteInvalid("expected a note in UTF-8") from error
    if any(character < " " and character != "\n" for character in text):
        raise NoteInvalid("expected a note without control characters")
    return text


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteInvalid(f"expected base64, found {encoded[:60]!r}") from error


def _cosigned(text: str, seconds: int) -> str:
    if not 0 <= seconds <= _LATEST:
        raise NoteInvalid(f"expected a time from 0 to {_LATEST}, found {seconds}")
    return f"cosignature/v1\ntime {seconds}\n{text}"
