"""What copying does not explain..."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from marking.comparison.regions import regions
from marking.comparison.residual import has_palette, residual
from tests.marking.comparison.copies import (
    SPOT_BOX,
    Picture,
    grey,
    indexed,
    jpeg,
    painted,
    registered,
    replaced,
)

EVERYWHERE = np.ones(registered().shape[:2], np.bool_)


def test_it_is_nothing_in_a_copy() -> None:
    found = residual(
        *(each.astype(np.float32) for each in (registered(), jpeg(registered(), 30))), *(EVERYWHERE,) * 2
    )
    assert found.strength.max() < 1
    assert regions(found, EVERYWHERE) == []


@pytest.mark.parametrize("edit", [replaced, painted])
def test_it_is_much_where_something_was_changed(edit: Callable[[Picture], Picture]) -> None:
    upload = jpeg(edit(registered()), 70)
    found = residual(registered().astype(np.float32), upload.astype(np.float32), EVERYWHERE, EVERYWHERE)
    x, y, width, height = SPOT_BOX
    middle = (slice(y + height // 4, y + 3 * height // 4), slice(x + width // 4, x + 3 * width // 4))
    assert found.strength[middle].mean() > 1.5
    assert (found.strength[: y - 20] < 1).all()
    (region,) = regions(found, EVERYWHERE)
    assert region.mask[middle].all()
    assert 0.5 < region.confidence < 1


def test_only_what_is_valid_counts() -> None:
    found = residual(
        registered().astype(np.float32), replaced(registered()).astype(np.float32), ~EVERYWHERE, ~EVERYWHERE
    )
    assert found.strength.max() == 0


def test_other_colours_count_less_where_there_are_few() -> None:
    known = np.full((80, 80, 3), 100, np.float32)
    upload = known + np.float32(25)
    everywhere = np.ones((80, 80), np.bool_)
    asked = np.zeros_like(everywhere)
    asked[:, :2] = True
    upload[:, :20] = known[:, :20]
    strengths = [
        residual(known, upload, everywhere, asked, is_indexed=is_indexed).shift[40, 60]
        for is_indexed in (False, True)
    ]
    assert strengths[0] > 1 > strengths[1]


@pytest.mark.parametrize(
    ("picture", "expected"),
    [(indexed(registered()), True), (registered(), False), (grey(registered()), False)],
)
def test_a_palette_is_seen(picture: Picture, expected: bool) -> None:
    assert has_palette(picture) is expected
