"""A changed region..."""

from __future__ import annotations

import numpy as np
import pytest

from marking.comparison.change import Kind
from marking.comparison.naming import name
from marking.comparison.regions import Region

SHAPE = (120, 160)
NOISE = np.random.default_rng(3).normal(0, 25, (*SHAPE, 1)).astype(np.float32).repeat(3, axis=2)
OTHER = np.random.default_rng(4).normal(0, 25, (*SHAPE, 1)).astype(np.float32).repeat(3, axis=2)
GROUND = np.full((*SHAPE, 3), 120, np.float32)
EVERYWHERE = np.ones(SHAPE, np.bool_)


def region(shifted: float, box: tuple[int, int, int, int] = (50, 40, 60, 50)) -> Region:
    mask = np.zeros(SHAPE, np.bool_)
    x, y, width, height = box
    mask[y : y + height, x : x + width] = True
    return Region(mask, 0.9, shifted)


def inside(before: np.ndarray, there: np.ndarray) -> np.ndarray:
    return np.where(region(0).mask[..., None], there, before).astype(np.float32)


@pytest.mark.parametrize(
    ("before", "after", "shifted", "kind"),
    [
        (GROUND, GROUND + NOISE, 0, Kind.ADDED),
        (GROUND, inside(GROUND, GROUND + 60), 1, Kind.ADDED),
        (inside(GROUND, GROUND + 60), inside(GROUND, GROUND - 60), 1, Kind.RECOLOURED),
        (inside(GROUND, GROUND + 60), GROUND, 1, Kind.REMOVED),
        (GROUND + NOISE, inside(GROUND + NOISE, GROUND), 0, Kind.REMOVED),
        (GROUND + NOISE, inside(GROUND + NOISE, GROUND + OTHER), 0, Kind.REPLACED),
        (GROUND + NOISE, inside(GROUND + NOISE, GROUND + NOISE + 40), 1, Kind.RECOLOURED),
        (GROUND + NOISE, inside(GROUND + NOISE, GROUND + 1.2 * NOISE), 0, None),
        (GROUND + 0.2 * NOISE, inside(GROUND, GROUND + 100), 1, Kind.ADDED),
    ],
)
def test_it_is_named_by_what_stood_there(
    before: np.ndarray, after: np.ndarray, shifted: float, kind: Kind | None
) -> None:
    assert (
        name(region(shifted), np.asarray(before, np.float32), np.asarray(after, np.float32), EVERYWHERE)
        is kind
    )


def test_it_is_a_background_where_it_is_most_of_the_picture() -> None:
    wide = region(0, (0, 0, 160, 70))
    assert name(wide, GROUND + NOISE, GROUND + OTHER, EVERYWHERE) is Kind.BACKGROUND


def test_it_may_be_all_of_the_picture() -> None:
    whole = region(0, (0, 0, 160, 120))
    assert name(whole, GROUND + NOISE, GROUND + OTHER, EVERYWHERE) is Kind.BACKGROUND


def test_it_may_be_a_line() -> None:
    line = region(1, (20, 40, 100, 2))
    after = np.where(line.mask[..., None], GROUND + 60, GROUND).astype(np.float32)
    assert name(line, GROUND, after, EVERYWHERE) is Kind.ADDED
