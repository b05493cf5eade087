"""What is asked: which pictures are marked, which are kept to take from, and the cases made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from tests.benchmarks.tampering.files import RECOMPRESSED
from tests.benchmarks.tampering.suite import KINDS

HELD_OUT = 3  # one picture in so many is never marked


class Stage(StrEnum):
    """A sort of cases."""

    EDITED = "edited"
    RECOMPRESSED = "recompressed"
    UNRELATED = "unrelated"


@dataclass(frozen=True)
class Case:
    """One file to ask about: copy ``number`` of a kind, of the work ``code``; none for an unrelated picture."""

    stage: Stage
    kind: str
    number: int
    code: str = ""

    @property
    def name(self) -> str:
        """What it is called, the same in every run."""
        return f"{self.stage}-{self.kind}-{self.number}"


def split(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The pictures to mark, and those that are never marked: every third.

    Raises ValueError for fewer than three.
    """
    if len(paths) < HELD_OUT:
        raise ValueError(
            f"expected {HELD_OUT} pictures or more, one of them to take from, found {len(paths)}"
        )
    kept = tuple(path for number, path in enumerate(paths) if number % HELD_OUT == HELD_OUT - 1)
    return tuple(path for path in paths if path not in kept), kept


def cases(
    codes: Sequence[str], *, stages: Sequence[Stage], kinds: Sequence[str], copies: int, unrelated: int
) -> tuple[Case, ...]:
    """All cases of the stages, ``copies`` of each kind, spread over the works ``codes``.

    ``kinds``: names or globs of edits and recompressions; () for all.
    """
    edits = _spread(Stage.EDITED, _chosen(KINDS, kinds), codes, copies)
    recompressed = _spread(Stage.RECOMPRESSED, _chosen(RECOMPRESSED, kinds), codes, copies)
    strangers = [Case(Stage.UNRELATED, "unrelated", number) for number in range(unrelated)]
    return tuple(each for each in (*edits, *recompressed, *strangers) if each.stage in stages)


def _chosen(names: Iterable[str], patterns: Sequence[str]) -> list[str]:
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns or "*")]


def _spread(stage: Stage, names: Sequence[str], codes: Sequence[str], copies: int) -> list[Case]:
    """Each kind begins where the one before it ended, so that all works are used alike."""
    return [
        Case(stage, name, number, codes[(place * copies + number) % len(codes)])
        for place, name in enumerate(names)
        for number in range(copies)
    ]
