"""Detail …"""

from __future__ import annotations

import cv2
import numpy as np

from marking.comparison import detail
from marking.comparison.detail import luma
from marking.marks.watermark import alignment
from tests.marking.comparison.copies import gradient, jpeg, registered

KNOWN, SEEN = (luma(each.astype(np.float32)) for each in (registered(), jpeg(registered(), 40)))


def test_is_levelled_as_a_canvas_is() -> None:
    assert np.abs(detail.levelled(KNOWN) - alignment.levelled(KNOWN)).max() < 0.1


def test_is_as_alike_as_on_a_canvas() -> None:
    one, other = detail.levelled(KNOWN), detail.levelled(SEEN)
    assert np.abs(detail.alikeness(one, other) - alignment.alikeness(one, other)).max() < 0.1


def test_has_texture_where_the_picture_has() -> None:
    assert detail.texture(detail.levelled(KNOWN)).mean() > 0.9
    assert not detail.texture(detail.levelled(luma(gradient().astype(np.float32)))).any()


def test_of_a_luma_is_taken_as_it_is() -> None:
    assert luma(KNOWN) is KNOWN
    assert np.array_equal(KNOWN, cv2.cvtColor(registered().astype(np.float32), cv2.COLOR_RGB2GRAY))


def test_is_the_same_with_a_power_that_is_known() -> None:
    one, other = detail.levelled(KNOWN), detail.levelled(SEEN)
    power = detail.power_of(one)
    assert np.array_equal(detail.alikeness(one, other, power=power), detail.alikeness(one, other))
    assert np.array_equal(detail.texture(one, power=power), detail.texture(one))
