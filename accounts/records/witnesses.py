"""Who watches the log from outside, as the operator names them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from accounts.records.note import COSIGNATURE, NoteInvalid, VerifierKey

MOST_WITNESSES = 16


@dataclass(frozen=True)
class Witness:
    """One witness: the key that it signs with, and the address that ``/add-checkpoint`` is put behind."""

    key: VerifierKey
    url: str

    @property
    def name(self) -> str:
        """Its name, which its signatures carry."""
        return self.key.name


def read_witnesses(text: str) -> tuple[Witness, ...]:
    """Read ``KEY URL, KEY URL``. Raises ValueError for another form, another type of key, and a name given twice."""
    found = tuple(_witness(part.strip()) for part in text.split(",") if part.strip())
    if len({each.name for each in found}) != len(found) or len(found) > MOST_WITNESSES:
        raise ValueError(f"expected at most {MOST_WITNESSES} witnesses of different names")
    return found


def _witness(text: str) -> Witness:
    key, _, url = text.partition(" ")
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"expected a verifier key, a space and an http address, found {text[:120]!r}")
    _ = parts.port  # raises ValueError outside 0 to 65535
    try:
        verifier = VerifierKey.parse(key)
    except NoteInvalid as error:
        raise ValueError(str(error)) from error
    if verifier.type != COSIGNATURE:
        raise ValueError(f"expected the key of a witness (type {COSIGNATURE}), found type {verifier.type}")
    return Witness(verifier, url.strip().rstrip("/"))
