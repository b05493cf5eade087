"""find: the visible label in a picture or a copy of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import product

import cv2
import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from marking.marks.explicit_label import Corner, Found, Wording, draw, find
from tests.marking.marks.explicit_label import null_distribution as null

Picture = NDArray[np.uint8]
CORNERS = list(Corner)
KINDS = {kind.__name__: kind for kind in null.KINDS}


def background(kind: str, width: int, height: int, seed: int) -> Picture:
    picture = KINDS[kind](np.random.default_rng([45438, seed]))
    return np.asarray(cv2.resize(picture, (width, height)), dtype=np.uint8)


def recompressed(picture: Picture) -> Picture:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=75)
    return np.asarray(Image.open(buffer))


def halved(picture: Picture) -> Picture:
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def cropped(picture: Picture) -> Picture:
    """Cut 2 % off every edge."""
    rows, columns = (round(side * 0.02) for side in picture.shape[:2])
    return np.ascontiguousarray(picture[rows:-rows, columns:-columns])


COPIES: dict[str, Callable[[Picture], Picture]] = {
    "itself": lambda picture: picture,
    "recompressed": recompressed,
    "halved and recompressed": lambda picture: recompressed(halved(picture)),
    "cropped and recompressed": lambda picture: recompressed(cropped(picture)),
}


def overlap(found: Found, box: tuple[int, int, int, int]) -> float:
    """Return intersection over union of two boxes."""
    (x, y, w, h), (u, v, k, m) = found.box, box
    both = max(0, min(x + w, u + k) - max(x, u)) * max(0, min(y + h, v + m) - max(y, v))
    return both / (w * h + k * m - both)


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize(("wording", "kind"), list(product(Wording, ["noise", "shapes", "pages"])))
def test_it_finds_the_label_in_a_copy(wording: Wording, kind: str, copy: str) -> None:
    picture = background(kind, 640, 480, seed=len(copy))
    labelled, _ = draw(picture, wording, corner=CORNERS[len(kind + copy) % 4])

    found = find(COPIES[copy](labelled))

    assert found is not None
    assert found.wording == wording


@pytest.mark.parametrize("corner", CORNERS)
def test_it_tells_where_the_label_is(corner: Corner) -> None:
    labelled, placement = draw(background("noise", 500, 400, seed=1), Wording.CHINESE, corner=corner)

    found = find(labelled)

    assert found is not None
    assert overlap(found, placement.box) > 0.75
    assert 0.68 <= found.score <= 1


@pytest.mark.parametrize("size", [(64, 64), (64, 400), (400, 64), (100, 100), (150, 900)])
@pytest.mark.parametrize("wording", list(Wording))
def test_it_finds_stacked_and_enlarged_words_in_small_pictures(
    wording: Wording, size: tuple[int, int]
) -> None:
    labelled, _ = draw(background("shapes", *size, seed=2), wording)

    found = find(labelled)

    assert found is not None
    assert found.wording == wording


@pytest.mark.parametrize("kind", [null.noise, null.shapes, null.gratings, null.pages, null.captions])
def test_it_finds_nothing_in_a_picture_without_a_label(kind: Callable[[Generator], Picture]) -> None:
    scores = list(null.best_scores(kind, count=8, seed=31))

    assert max(scores) < 0.68
    assert find(kind(np.random.default_rng([31, 0]))) is None


def test_it_seldom_takes_similar_words_for_a_label() -> None:
    scores = np.array(list(null.best_scores(null.near_misses, count=12, seed=32)))

    assert np.count_nonzero(scores >= 0.68) <= 1


@pytest.mark.parametrize("value", [0, 128, 255])
def test_it_finds_nothing_in_a_flat_picture(value: int) -> None:
    assert find(np.full((200, 300, 3), value, np.uint8)) is None


@pytest.mark.parametrize("shape", [(1, 1), (8, 900), (23, 23), (24, 24)])
def test_it_finds_nothing_in_a_tiny_picture(shape: tuple[int, int]) -> None:
    assert find(np.zeros((*shape, 3), np.uint8)) is None


def test_it_finds_nothing_in_the_middle_of_a_picture() -> None:
    label, _ = draw(background("noise", 640, 480, seed=3), Wording.CHINESE)
    framed = cv2.copyMakeBorder(label, 300, 300, 300, 300, cv2.BORDER_CONSTANT, value=(9, 9, 9))

    assert find(np.asarray(framed, dtype=np.uint8)) is None


def test_it_refuses_other_arrays() -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels of shape"):
        find(np.zeros((40, 40), np.uint8))


def test_it_prints_the_null_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    null.main(1, 5)

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [kind.__name__ for kind in null.KINDS]
