"""What an index of fingerprints can be asked, however many machines it lies on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol


class Hit(NamedTuple):
    """An entry of the index within the radius: its key in the database, bits of distance, and which query it is near."""

    entry: int
    distance: int
    way: int


class Index(Protocol):
    """Finds every registered fingerprint within a radius. The database is the record; an index only makes it quick.

    Triggers write an entry with every registration, in its transaction, so what was committed is found at once by every
    process, whether or not anybody called `add`.
    """

    def add(self, number: int) -> None:
        """Take in what is registered of work ``number``. Call it after the commit; a second call changes nothing."""
        ...

    def remove(self, number: int) -> None:
        """Find nothing of work ``number`` any more; its registration stays."""
        ...

    def near(self, fingerprints: Sequence[bytes], radius: int) -> Iterator[Hit]:
        """Yield every entry within ``radius`` bits (0 to 256) of one of ``fingerprints``, nearest first.

        Each fingerprint has 32 bytes; `Hit.way` is its place in the sequence, and an entry may be near several. An entry
        that was taken out a moment ago may still be named: whoever reads it from the database sees that it is gone.
        Raises ValueError for a fingerprint of another length.
        """
        ...

    def rebuild(self) -> None:
        """Make the index anew from the registrations in the database."""
        ...

    def count(self) -> int:
        """Return how many fingerprints can be found."""
        ...
