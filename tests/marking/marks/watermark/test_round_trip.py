"""A marked picture..."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.watermark import MINIMUM_SIDE, PAYLOAD_BITS, TooSmall, detect, detect_any, embed
from marking.marks.watermark.keys import VERSIONS
from tests.marking.marks.watermark.attacks import ATTACKS, cropped, halved_and_compressed, jpeg, resized
from tests.marking.marks.watermark.pictures import Picture, drawing, flat, gradient, page, photograph

PAYLOAD = 0xC0FFEE123456
OTHER_KEY = b"another key"
FROZEN = sorted(Path(__file__).with_name("frozen").glob("*.jpg"))

PICTURES = {
    "photograph": photograph(1, 512, 640),
    "drawing": drawing(2),
    "page": page(3),
    "gradient": gradient(),
    "flat grey": flat(128),
}


def psnr(one: Picture, other: Picture) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean(np.square(one.astype(np.float64) - other))))


@pytest.fixture(scope="module")
def marked() -> dict[str, Picture]:
    return {name: embed(picture, PAYLOAD) for name, picture in PICTURES.items()}


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_read_from_a_photograph_after(attack: str, marked: dict[str, Picture]) -> None:
    found = detect(ATTACKS[attack](marked["photograph"]))
    assert found is not None
    assert found.payload == PAYLOAD
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("attack", [jpeg(75), halved_and_compressed, cropped], ids=["jpeg", "half", "crop"])
def test_it_is_read_from_every_kind_of_picture(name: str, attack, marked: dict[str, Picture]) -> None:
    found = detect(attack(marked[name]))
    assert found is not None
    assert found.payload == PAYLOAD


def test_it_looks_the_same(marked: dict[str, Picture]) -> None:
    quality = {name: psnr(PICTURES[name], picture) for name, picture in marked.items()}
    assert quality["photograph"] >= 40
    assert quality["gradient"] >= 42
    assert min(quality.values()) >= 37
    assert np.abs(marked["flat grey"].astype(int) - 128).mean() < 1.6


def test_it_changes_only_luma(marked: dict[str, Picture]) -> None:
    change = marked["gradient"].astype(int) - PICTURES["gradient"]
    assert (change == change[..., :1]).all()


def test_it_says_nothing_to_another_key(marked: dict[str, Picture]) -> None:
    assert detect(marked["photograph"], key=OTHER_KEY) is None
    assert detect_any(marked["photograph"], []) is None


def test_it_is_found_by_the_one_of_several_keys() -> None:
    picture = embed(photograph(5), 7, key=OTHER_KEY)
    found = detect_any(picture, [b"first", b"second", OTHER_KEY])
    assert found is not None
    assert (found[0], found[1].payload) == (2, 7)


@pytest.mark.parametrize("payload", [0, 1, 2**PAYLOAD_BITS - 1])
def test_it_carries_the_extreme_payloads(payload: int) -> None:
    found = detect(embed(photograph(6), payload))
    assert found is not None
    assert found.payload == payload


@settings(max_examples=8, deadline=None)
@given(
    height=st.integers(160, 420),
    width=st.integers(160, 420),
    payload=st.integers(0, 2**PAYLOAD_BITS - 1),
    key=st.binary(max_size=40),
)
def test_it_gives_back_what_it_was_given(height: int, width: int, payload: int, key: bytes) -> None:
    picture = embed(photograph(height, height, width), payload, key=key)
    found = detect(picture, key=key)
    assert picture.shape == (height, width, 3)
    assert found is not None
    assert found.payload == payload


@settings(max_examples=6, deadline=None)
@given(long=st.integers(64, 900), tall=st.booleans())
def test_it_keeps_its_shape_at_the_smallest_side(long: int, tall: bool) -> None:
    shape = (long, MINIMUM_SIDE) if tall else (MINIMUM_SIDE, long)
    picture = embed(photograph(8, *shape), PAYLOAD)
    assert picture.shape == (*shape, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("shape", [(160, 1700), (1700, 160)])
def test_it_is_read_from_the_middle_of_a_long_strip(shape: tuple[int, int]) -> None:
    found = detect(embed(photograph(9, *shape), PAYLOAD))
    assert found is not None
    assert found.payload == PAYLOAD


def test_it_is_read_from_a_large_picture_posted_small() -> None:
    picture = cv2.resize(photograph(10, 500, 700), (2100, 1500), interpolation=cv2.INTER_CUBIC)
    found = detect(jpeg(75)(resized(0.3)(embed(picture, PAYLOAD))))
    assert found is not None
    assert found.payload == PAYLOAD


def test_it_is_the_same_every_time_and_in_every_thread() -> None:
    pictures = [photograph(11)] * 3
    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(lambda picture: embed(picture, PAYLOAD), pictures)
    assert all(np.array_equal(first, other) for other in others)
    assert np.array_equal(pictures[0], photograph(11))


def test_it_may_be_a_view_of_a_larger_array() -> None:
    view = photograph(12, 600, 400)[::-1, 20:][:, ::-1]
    assert np.array_equal(embed(view, PAYLOAD), embed(view.copy(), PAYLOAD))


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_it_stays_readable(path: Path) -> None:
    """Frozen vectors: marked, and some of them attacked, when their version of the scheme was new."""
    picture = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    found = detect(picture)
    assert found is not None
    assert f"{found.payload:012x}" == path.stem.rpartition("-")[2]


def test_it_has_frozen_vectors_of_every_version() -> None:
    assert {path.stem.split("-")[0] for path in FROZEN} == {f"v{version}" for version in VERSIONS}


@pytest.mark.parametrize("channels", ["grey", "alpha"])
def test_it_keeps_a_picture_grey_or_transparent(channels: str) -> None:
    rgb = photograph(13)
    picture = rgb[..., 1] if channels == "grey" else np.dstack([rgb, np.full(rgb.shape[:2], 200, np.uint8)])
    marked = embed(picture, PAYLOAD)
    found = detect(marked)
    assert marked.shape == picture.shape
    assert channels == "grey" or (marked[..., 3] == 200).all()
    assert found is not None
    assert found.payload == PAYLOAD


@pytest.mark.parametrize("payload", range(4))
def test_it_is_read_under_whichever_key_was_drawn(payload: int) -> None:
    found = detect(jpeg(60)(embed(photograph(14), payload)))
    assert found is not None
    assert found.payload == payload


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((80, 80, 3), np.float32), "expected an array of uint8, found float32"),
        (
            np.zeros((80, 80, 2), np.uint8),
            r"shape \(H, W\), \(H, W, 3\), or \(H, W, 4\), found \(80, 80, 2\)",
        ),
        (np.zeros(80, np.uint8), r"\(H, W, 4\), found \(80,\)"),
    ],
)
def test_it_must_be_a_picture(picture, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        embed(picture, 1)
    with pytest.raises(ValueError, match=message):
        detect(picture)


def test_it_must_have_room() -> None:
    with pytest.raises(TooSmall, match="expected at least 64 pixels on the short side, found 200 x 63"):
        embed(np.zeros((63, 200, 3), np.uint8), 1)


@pytest.mark.parametrize("payload", [-1, 2**PAYLOAD_BITS])
def test_it_must_have_a_payload_of_48_bits(payload: int) -> None:
    with pytest.raises(ValueError, match=rf"from 0 to 2\*\*48 - 1, found {payload}"):
        embed(flat(128, 64, 64), payload)
