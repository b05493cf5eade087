"""The halves of a picture …"""

from __future__ import annotations

import numpy as np
import pytest

from marking.verification.parts import LEAST_ROOM, may_be_written, may_show_others, room
from marking.verification.report import Change

LEFT = (0, 0, 100, 100)
FULL = np.ones((13, 25), np.bool_)


@pytest.mark.parametrize(
    ("kind", "box", "share"),
    [
        ("replaced", (0, 0, 200, 100), 1.0),
        ("added", (50, 50, 100, 50), 0.25),
        ("background", (100, 0, 100, 100), 0.0),
        ("framed", (50, 0, 100, 100), 0.5),
        ("framed", (0, 0, 200, 100), 0.0),
        ("cropped", (0, 0, 200, 100), 0.0),
        ("removed", (0, 0, 200, 100), 0.0),
    ],
)
def test_have_room_for_another_work_where_something_was_brought_in(
    kind: str, box: tuple[int, int, int, int], share: float
) -> None:
    change = Change(kind, box, 0.9)
    assert room(LEFT, (change,), FULL) == share
    assert may_show_others(change) == (kind in {"replaced", "added", "background", "framed"})


def test_have_no_more_room_than_all_of_them() -> None:
    assert room(LEFT, (Change("replaced", LEFT, 0.9),) * 2, FULL) == 1.0
    assert room(LEFT, (), FULL) == 0.0 < LEAST_ROOM


def test_have_room_only_where_anything_is() -> None:
    page = np.full((100, 200, 3), 240, np.uint8)
    page[50:, ::3] = 90
    written = may_be_written(page)
    assert written.shape == (13, 25)
    assert not written[:6].any()
    assert written[6:].all()
    framed = (Change("framed", (100, 0, 100, 100), 0.9),)
    assert room(LEFT, framed, written) == pytest.approx(0.5, abs=0.06)
    assert room(LEFT, framed, np.zeros_like(written)) == 0.0
