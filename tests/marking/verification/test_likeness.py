"""A picture beside a registered one …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.fingerprint import CANDIDATE, CHANGED
from marking.verification.likeness import Look, beside, compare, look_in, look_of
from marking.verification.report import Beside, Evidence, Finding, Layer
from tests.conftest import photograph

PICTURE = photograph(240, 320)
LOOK = look_of(PICTURE)
FLAT, GREYER = (look_of(np.full((64, 64, 3), grey, np.uint8)) for grey in (90, 160))
HALVES = look_of(np.repeat(np.repeat(np.uint8([[[40] * 3, [200] * 3]]), 64, 0), 32, 1))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 3), st.booleans(), st.sampled_from([0.5, 1.0, 1.7]))
def test_it_is_the_same_however_it_was_turned_mirrored_or_resized(
    quarters: int, is_mirrored: bool, scale: float
) -> None:
    turned = np.rot90(PICTURE[:, ::-1] if is_mirrored else PICTURE, quarters)
    copy = cv2.resize(np.ascontiguousarray(turned), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert beside(look_of(np.asarray(copy, np.uint8)), LOOK) is Beside.SAME


@pytest.mark.parametrize("seed", [2, 5, 9])
def test_another_picture_is_another(seed: int) -> None:
    assert beside(look_of(photograph(240, 320, seed=seed)), LOOK) is Beside.OTHER


@pytest.mark.parametrize(
    ("look", "registered", "expected"),
    [
        (None, LOOK, Beside.NOT_COMPARED),
        (FLAT, LOOK, Beside.OTHER),
        (LOOK, FLAT, Beside.OTHER),
        (FLAT, FLAT, Beside.SAME),
        (GREYER, HALVES, Beside.NOT_COMPARED),
    ],
)
def test_without_structure_it_says_only_what_can_be_seen(
    look: Look | None, registered: Look, expected: Beside
) -> None:
    assert beside(look, registered) is expected


def test_the_collector_s_evidence_holds_the_look() -> None:
    facts = {"layout": LOOK.layout.hex(), "width": 320, "height": 240, "fingerprint": LOOK.fingerprint.hex()}
    assert look_in(Evidence(Layer.FINGERPRINT, Finding.NOT_FOUND, facts)) == LOOK
    assert look_in(Evidence(Layer.FINGERPRINT, Finding.INCONCLUSIVE, {"reason": "broke"})) is None
    assert look_in(None) is None


def test_a_comparison_measures_bits_grey_levels_and_proportions() -> None:
    itself = compare(LOOK, LOOK)
    assert (itself.distance, itself.change, itself.stretch) == (0, 0, 1)
    other = compare(look_of(photograph(240, 240, seed=9)), LOOK)
    assert other.distance is not None
    assert other.distance > CANDIDATE
    assert other.change > CHANGED
    assert other.stretch == pytest.approx(0.75)
    assert compare(FLAT, LOOK).distance is None
    assert compare(other := look_of(photograph(240, 320, seed=9)), LOOK, outside=(0, 0, 1, 1)).change == 0
