"""Put a credential into a finished file. It signs the file's bytes, so it comes last."""

from __future__ import annotations

from dataclasses import dataclass

from marking.marks.credential import library
from marking.marks.credential.claim import Claim, Passing
from marking.marks.credential.issuer import Issuer
from marking.marks.credential.trust import OwnRoots


class SigningFailed(Exception):
    """The credential could not be written. ``reason`` is the library's own word, in English."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"expected to sign a content credential, found: {reason}")
        self.reason = reason

    def __reduce__(self) -> tuple[type[SigningFailed], tuple[str]]:
        return SigningFailed, (self.reason,)


@dataclass(frozen=True)
class Parent:
    """The file that a work was made from, as it came in."""

    data: bytes
    media_type: str


def sign(
    data: bytes, media_type: str, claim: Claim | Passing, issuer: Issuer, *, parent: Parent | None = None
) -> bytes:
    """Return ``data`` (an encoded file) with a manifest that states ``claim``, signed by ``issuer``.

    A ``parent`` that carries credentials keeps them: they go into the manifest store whole, with what is wrong with them.
    To sign anew over a file that has credentials would drop them without a word, so the caller looks first.
    Raises SigningFailed, also when the time stamp authority does not answer.
    """
    own = OwnRoots(development=issuer.root) if issuer.is_development else OwnRoots(given=issuer.root)
    try:
        return library.write_store(
            data,
            media_type,
            claim.definition(has_parent=parent is not None),
            chain=issuer.chain,
            key=issuer.key,
            own=own,
            timestamp_url=issuer.timestamp_url,
            parent=(parent.data, parent.media_type) if parent else None,
        )
    except library.LibraryError as error:
        raise SigningFailed(str(error)) from error
