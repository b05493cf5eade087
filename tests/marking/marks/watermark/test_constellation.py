"""The constellation..."""

import hashlib

import numpy as np
import pytest

from marking.marks.watermark import code
from marking.marks.watermark.constellation import (
    FULL,
    PILOT_DISTANCE,
    PILOTS,
    SMALL,
    TILE,
    Balance,
    data_carriers,
    pilots,
    tile,
)
from marking.marks.watermark.keys import DrawnKey, Secret

SECRET = Secret(b"key")
KEY = DrawnKey(SECRET, 0)


def test_it_never_changes() -> None:
    """A frozen vector: pictures marked under this constellation are out in the world."""
    data = data_carriers(KEY)
    parts = (
        pilots(SECRET).cycles,
        np.rint(1000 * pilots(SECRET).phase).astype(np.int64),
        data.cycles,
        data.symbol,
    )
    digest = hashlib.sha256(b"".join(part.astype("<i8").tobytes() for part in parts)).hexdigest()
    assert digest[:16] == "9a0f0acd7ee904a6"


def test_it_keeps_its_pilots_apart_and_to_themselves() -> None:
    points = pilots(SECRET).cycles
    gaps = np.linalg.norm(points[:, None] - points, axis=2) + 1e9 * np.eye(PILOTS)
    taken = {tuple(point) for point in points.tolist()}
    assert gaps.min() >= PILOT_DISTANCE
    assert taken.isdisjoint(tuple(point) for point in data_carriers(KEY).cycles.tolist())


def test_it_looks_like_no_turned_or_mirrored_self() -> None:
    points = {tuple(point) for point in pilots(SECRET).cycles.tolist()}
    whole = points | {(-x, -y) for x, y in points}
    for image in ({(-x, y) for x, y in whole}, {(-y, x) for x, y in whole}, {(y, x) for x, y in whole}):
        assert len(whole & image) <= PILOTS // 6


def test_it_spreads_every_symbol_over_all_rings() -> None:
    data = data_carriers(KEY)
    counts = np.bincount(data.symbol, minlength=code.SYMBOLS)
    energy = np.bincount(data.symbol, np.square(data.amplitude))
    assert counts.min() >= 4
    assert counts.max() - counts.min() <= 1
    assert energy.min() > 0.4 * energy.mean()


@pytest.mark.parametrize(
    "other", [DrawnKey(SECRET, 1), DrawnKey(Secret(b"other"), 0), DrawnKey(Secret(b"key", 2), 0)]
)
def test_it_has_other_data_under_another_secret_drawn_key_or_version(other: DrawnKey) -> None:
    mine, others = data_carriers(KEY), data_carriers(other)
    assert np.array_equal(mine.cycles, others.cycles)
    assert not np.array_equal(mine.symbol, others.symbol)
    assert abs(np.vdot(mine.rotors, others.rotors)) < 4 * len(mine.cycles) ** 0.5


def test_it_has_its_pilots_in_the_same_places_with_other_phases_under_another_secret() -> None:
    mine, others = pilots(SECRET), pilots(Secret(b"other"))
    assert np.array_equal(mine.cycles, others.cycles)
    assert abs(np.vdot(mine.rotors, others.rotors)) < 4 * PILOTS**0.5


@pytest.mark.parametrize("balance", [FULL, SMALL], ids=["full", "small"])
def test_it_gives_the_pilots_their_share_of_a_tile_of_unit_power(balance: Balance) -> None:
    period = tile(code.encode(1, SECRET), KEY, balance)
    power = np.square(np.abs(np.fft.fft2(period)))
    x, y = pilots(SECRET).cycles.T
    assert period.shape == (TILE, TILE)
    assert period.std() == pytest.approx(1, abs=1e-3)
    assert 2 * power[y, x % TILE].sum() / power.sum() == pytest.approx(balance.pilot_share, abs=0.01)
