"""Whether a label would be read …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from marking.marks import explicit_label
from tests.conftest import photograph

LABELLED = explicit_label.draw(photograph(384, 512), explicit_label.Wording.BOTH)[0]


@pytest.mark.parametrize(("sigma", "expected"), [(1, True), (3, False), (5, False)])
def test_it_would_not_in_a_blurred_picture(sigma: int, expected: bool) -> None:
    blurred = np.asarray(cv2.GaussianBlur(LABELLED, (0, 0), sigma), np.uint8)
    assert explicit_label.would_be_read(blurred) is expected


def test_it_would_in_a_sharp_picture_but_not_in_a_thumbnail_of_it() -> None:
    assert explicit_label.would_be_read(LABELLED)
    small = np.asarray(cv2.resize(LABELLED, (128, 96), interpolation=cv2.INTER_AREA), np.uint8)
    assert not explicit_label.would_be_read(small)


def test_it_would_not_where_nothing_is_sharp_or_there_is_nothing_at_all() -> None:
    assert not explicit_label.would_be_read(np.full((200, 200, 3), 90, np.uint8))
