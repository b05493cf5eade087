"""Registered detection: yes or no to one payload, by someone who holds the marked file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

from marking.marks.watermark import TooSmall, embed
from marking.marks.watermark.embedding import DEFAULT_KEY
from marking.marks.watermark.registered import Registered, detect_registered
from tests.benchmarks.watermark.attacks import ATTACKS, attacked, seed_of
from tests.benchmarks.watermark.folder import read
from tests.benchmarks.watermark.schemes import Yinji
from tests.benchmarks.watermark.workers import spread

COPY, ORIGINAL, OTHER = "our marked copy", "the unmarked original", "a copy with another payload"
BOTH_FILES, MARKED_FILE = "original and marked file", "marked file alone"


@dataclass(frozen=True)
class Survey:
    """What is to be run: pictures, attacks by name, and the seed of all chance."""

    paths: tuple[Path, ...]
    attacks: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Verdict:
    """What was shown after an attack, what was held beside it, and the answer."""

    shown: str
    held: str
    picture: str
    attack: str
    is_ours: bool
    z: float

    @property
    def is_right(self) -> bool:
        """Yes to our copy, no to all else."""
        return self.is_ours == (self.shown == COPY)


def run(survey: Survey, jobs: int = 1) -> Iterator[tuple[Verdict, ...]]:
    """For every picture in turn, all verdicts; none for one too small to be marked."""
    return spread(partial(verdicts, survey), range(len(survey.paths)), jobs)


def verdicts(survey: Survey, number: int) -> tuple[Verdict, ...]:
    """All that is asked about one picture of the survey; the next picture serves for collages."""
    rgb, other = read(survey.paths[number]), read(survey.paths[(number + 1) % len(survey.paths)])
    name = survey.paths[number].name
    payload, wrong = (_payload(survey.seed, name, purpose) for purpose in ("payload", "another payload"))
    try:
        shown = {COPY: embed(rgb, payload), ORIGINAL: rgb, OTHER: embed(rgb, wrong)}
    except TooSmall:
        return ()
    held = {BOTH_FILES: Registered(shown[COPY], rgb), MARKED_FILE: Registered(shown[COPY])}
    told = []
    for attack, (kind, picture) in product(survey.attacks, shown.items()):
        upload = attacked(picture, ATTACKS[attack], name, other, survey.seed)
        for files, registered in held.items():
            found = detect_registered(upload, registered, payload, key=DEFAULT_KEY)
            told.append(Verdict(kind, files, name, attack, found.is_ours, found.z))
    return tuple(told)


def _payload(seed: int, name: str, purpose: str) -> int:
    return seed_of(seed, name, purpose) & ((1 << Yinji.payload_bits) - 1)
