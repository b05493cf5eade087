"""The constellation..."""

import hashlib

import numpy as np
import pytest

from marking.marks.watermark import code
from marking.marks.watermark.constellation import (
    PILOT_DISTANCE,
    PILOT_SHARE,
    PILOTS,
    TILE,
    data_carriers,
    pilots,
    tile,
)


def test_it_never_changes() -> None:
    """A frozen vector: pictures marked under this constellation are out in the world."""
    data = data_carriers(b"key")
    parts = (pilots().cycles, np.rint(1000 * pilots().phase).astype(np.int64), data.cycles, data.symbol)
    digest = hashlib.sha256(b"".join(part.astype("<i8").tobytes() for part in parts)).hexdigest()
    assert digest[:16] == "c3dc05700eb5a0d8"


def test_it_keeps_its_pilots_apart_and_to_themselves() -> None:
    points = pilots().cycles
    gaps = np.linalg.norm(points[:, None] - points, axis=2) + 1e9 * np.eye(PILOTS)
    taken = {tuple(point) for point in points.tolist()}
    assert gaps.min() >= PILOT_DISTANCE
    assert taken.isdisjoint(tuple(point) for point in data_carriers(b"key").cycles.tolist())


def test_it_looks_like_no_turned_or_mirrored_self() -> None:
    points = {tuple(point) for point in pilots().cycles.tolist()}
    whole = points | {(-x, -y) for x, y in points}
    for image in ({(-x, y) for x, y in whole}, {(-y, x) for x, y in whole}, {(y, x) for x, y in whole}):
        assert len(whole & image) <= PILOTS // 6


def test_it_spreads_every_symbol_over_all_rings() -> None:
    data = data_carriers(b"key")
    counts = np.bincount(data.symbol, minlength=code.SYMBOLS)
    energy = np.bincount(data.symbol, np.square(data.amplitude))
    assert counts.min() >= 4
    assert counts.max() - counts.min() <= 1
    assert energy.min() > 0.5 * energy.mean()


def test_it_depends_on_the_key_in_its_data_only() -> None:
    one, other = data_carriers(b"one"), data_carriers(b"other")
    assert np.array_equal(one.cycles, other.cycles)
    assert not np.array_equal(one.symbol, other.symbol)
    assert abs(np.vdot(one.rotors, other.rotors)) < 4 * len(one.cycles) ** 0.5


def test_it_gives_the_pilots_their_share_of_a_tile_of_unit_power() -> None:
    period = tile(code.encode(1, b"key"), b"key")
    power = np.square(np.abs(np.fft.fft2(period)))
    x, y = pilots().cycles.T
    assert period.shape == (TILE, TILE)
    assert period.std() == pytest.approx(1, abs=1e-3)
    assert 2 * power[y, x % TILE].sum() / power.sum() == pytest.approx(PILOT_SHARE, abs=0.01)
