"""Mark every picture with every scheme, attack it, read it back."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.watermark.attacks import ATTACKS, Picture, attacked, seed_of
from tests.benchmarks.watermark.folder import read
from tests.benchmarks.watermark.quality import Quality, compare
from tests.benchmarks.watermark.schemes import Refused, Scheme
from tests.benchmarks.watermark.workers import spread

Result = TypeVar("Result")


@dataclass(frozen=True)
class Plan:
    """What is to be run: pictures, attacks by name, schemes, and the seed of all chance."""

    paths: tuple[Path, ...]
    attacks: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    seed: int


@dataclass(frozen=True)
class Reading:
    """One answer after one attack. ``milliseconds``: CPU time per megapixel; None where nothing was marked."""

    attack: str
    answer: int | None
    milliseconds: float | None


@dataclass(frozen=True)
class Trial:
    """One scheme on one picture: quality and cost (CPU milliseconds per megapixel), or why it was refused."""

    scheme: str
    picture: str
    bits: int
    payload: int
    quality: Quality | None = None
    milliseconds: float | None = None
    refusal: str | None = None
    readings: tuple[Reading, ...] = ()

    def hits(self, reading: Reading) -> bool:
        """Whether exactly the payload came back."""
        return reading.answer == self.payload

    def errs(self, reading: Reading) -> bool:
        """Whether another payload came back."""
        return reading.answer not in (None, self.payload)

    def accuracy(self, reading: Reading) -> float | None:
        """Share of right bits of an answer; None of none."""
        if reading.answer is None:
            return None
        return 1 - (reading.answer ^ self.payload).bit_count() / self.bits


def run(plan: Plan, jobs: int = 1) -> Iterator[tuple[Trial, ...]]:
    """For every picture of the plan in turn, one trial of each scheme."""
    return spread(partial(trials, plan), range(len(plan.paths)), jobs)


def trials(plan: Plan, number: int) -> tuple[Trial, ...]:
    """One trial of each scheme on one picture of the plan; the next picture serves for collages."""
    rgb, other = read(plan.paths[number]), read(plan.paths[(number + 1) % len(plan.paths)])
    return tuple(_trial(plan, scheme, plan.paths[number].name, rgb, other) for scheme in plan.schemes)


def timed(step: Callable[[], Result]) -> tuple[Result, float]:
    """What a step gives, and its CPU seconds, over all threads of this process."""
    begin = time.process_time()
    result = step()
    return result, time.process_time() - begin


def _trial(plan: Plan, scheme: Scheme, name: str, rgb: Picture, other: Picture) -> Trial:
    payload = seed_of(plan.seed, name, "payload") & ((1 << scheme.payload_bits) - 1)
    trial = Trial(scheme.name, name, scheme.payload_bits, payload)
    try:
        marked, seconds = timed(lambda: scheme.embed(rgb.copy(), payload))
    except Refused as error:
        missed = tuple(Reading(attack, None, None) for attack in plan.attacks)
        return replace(trial, refusal=str(error), readings=missed)
    readings = tuple(
        _reading(scheme, attack, attacked(marked, ATTACKS[attack], name, other, plan.seed))
        for attack in plan.attacks
    )
    cost = _per_megapixel(seconds, rgb)
    return replace(trial, quality=compare(rgb, marked), milliseconds=cost, readings=readings)


def _reading(scheme: Scheme, attack: str, rgb: Picture) -> Reading:
    answer, seconds = timed(lambda: scheme.detect(rgb))
    return Reading(attack, answer, _per_megapixel(seconds, rgb))


def _per_megapixel(seconds: float, rgb: Picture) -> float:
    height, width = rgb.shape[:2]
    return seconds * 1e9 / int(height * width)
