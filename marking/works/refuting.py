"""The note that sets right what a work tells: what everybody reads of it, and who knows it. Pure.

Deep Synthesis Provisions Art. 11: providers refute false information. The room that writes the notes stands above this one and
registers itself; whatever shows a work asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from marking.works.models import Work

JSON: TypeAlias = str | int | float | bool | list["JSON"] | dict[str, "JSON"] | None


@dataclass(frozen=True)
class Refutation:
    """A note in its newest version.

    ``zh``, ``en``: what is so, in both languages; ``sources``: addresses; ``signer``: who answers for it; ``version``: from 1; ``published_on``:
    the day of this version, ISO 8601; ``address``: the page with every version.
    """

    zh: str
    en: str
    sources: tuple[str, ...]
    signer: str
    version: int
    published_on: str
    address: str

    def text(self, language: str) -> str:
        """The note in the reader's language: Chinese for any code that begins with ``zh``."""
        return self.zh if language.startswith("zh") else self.en

    def as_dict(self) -> dict[str, JSON]:
        """The note's object of the public contract."""
        return {
            "text": {"zh": self.zh, "en": self.en},
            "sources": list(self.sources),
            "signer": self.signer,
            "version": self.version,
            "published_on": self.published_on,
            "address": self.address,
        }


def from_dict(said: Mapping[str, Any] | None) -> Refutation | None:
    """What :meth:`Refutation.as_dict` gave; None for None. Raises KeyError and TypeError for anything else."""
    if said is None:
        return None
    return Refutation(
        zh=said["text"]["zh"],
        en=said["text"]["en"],
        sources=tuple(said["sources"]),
        signer=said["signer"],
        version=said["version"],
        published_on=said["published_on"],
        address=said["address"],
    )


Reader: TypeAlias = "Callable[[Work], Refutation | None]"
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Have ``reader`` asked for the note on a work. A second registration replaces the first."""
    _readers[:] = [reader]


def refutation_of(work: Work) -> Refutation | None:
    """The note that stands on ``work``; None where there is none."""
    return _readers[0](work) if _readers else None
