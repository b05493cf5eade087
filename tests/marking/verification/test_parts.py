"""The halves of a picture …"""

from __future__ import annotations

import pytest

from marking.verification.parts import LEAST_ROOM, may_show_others, room
from marking.verification.report import Change

LEFT = (0, 0, 100, 100)


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
    assert room(LEFT, (change,)) == share
    assert may_show_others(change) == (kind in {"replaced", "added", "background", "framed"})


def test_have_no_more_room_than_all_of_them() -> None:
    assert room(LEFT, (Change("replaced", LEFT, 0.9),) * 2) == 1.0
    assert room(LEFT, ()) == 0.0 < LEAST_ROOM
