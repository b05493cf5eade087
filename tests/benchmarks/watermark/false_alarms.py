"""Answers where there is nothing to read: pictures without a mark, and pictures marked under another key."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from marking.marks.watermark.detection import FALSE_POSITIVES
from tests.benchmarks.watermark.attacks import ATTACKS, Picture, attacked, seed_of
from tests.benchmarks.watermark.folder import read
from tests.benchmarks.watermark.schemes import Refused, Yinji
from tests.benchmarks.watermark.workers import spread

BOUND_BY_DESIGN = FALSE_POSITIVES  # per call and key; derived in the docstring of the room
LIMIT = 1e-6  # per call, that the bound has to keep
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Watch:
    """What is to be run: pictures, attacks by name, the seed, and rounds, each with keys of its own."""

    paths: tuple[Path, ...]
    attacks: tuple[str, ...]
    seed: int
    rounds: int = 1


@dataclass(frozen=True)
class Call:
    """One call of the detector that should find nothing."""

    kind: str
    picture: str
    attack: str
    answer: int | None


def run(watch: Watch, jobs: int = 1) -> Iterator[tuple[Call, ...]]:
    """For every picture in turn, all calls on it."""
    return spread(partial(calls, watch), range(len(watch.paths)), jobs)


def calls(watch: Watch, number: int) -> tuple[Call, ...]:
    """All rounds on one picture, unmarked and marked under a key that the reader does not have."""
    rgb, other = read(watch.paths[number]), read(watch.paths[(number + 1) % len(watch.paths)])
    name = watch.paths[number].name
    made = []
    for turn in range(watch.rounds):
        seed, reader = watch.seed + turn, Yinji(_key("reader", turn))
        for kind, picture in _pictures(rgb, name, seed, Yinji(_key("writer", turn))):
            for attack in watch.attacks:
                shown = attacked(picture, ATTACKS[attack], name, other, seed)
                made.append(Call(kind, name, attack, reader.detect(shown)))
    return tuple(made)


def upper_limit(alarms: int, count: int) -> float:
    """The rate of false alarms that so many alarms in so many calls leave possible, with 95 % confidence.

    The exact limit of a Poisson count; without an alarm 3.00 / count, the rule of three: Hanley, Lippman-Hand: If
    nothing goes wrong, is everything all right?, 1983, doi:10.1001/jama.1983.03330370053031.
    """
    low, high = float(alarms), alarms + 10 * math.sqrt(alarms + 1)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(alarms, middle) > 1 - CONFIDENCE else (low, middle)
    return high / count


def _at_most(alarms: int, expected: float) -> float:
    """The probability of so many alarms or fewer where so many are expected."""
    return math.exp(-expected) * sum(
        expected**number / math.factorial(number) for number in range(alarms + 1)
    )


def _pictures(rgb: Picture, name: str, seed: int, writer: Yinji) -> Iterator[tuple[str, Picture]]:
    """The picture as it is, and marked, where it can be."""
    yield "unmarked", rgb
    payload = seed_of(seed, name, "payload") & ((1 << writer.payload_bits) - 1)
    try:
        yield "marked under another key", writer.embed(rgb, payload)
    except Refused:
        return


def _key(owner: str, turn: int) -> bytes:
    return hashlib.sha256(f"benchmark {owner} {turn}".encode()).digest()
