"""Laws, frozen vectors and reference values of the perceptual hash."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from marking.marks.fingerprint import (
    CANDIDATE,
    HASH_BYTES,
    SAME_PICTURE,
    distance,
    distances,
    fingerprint,
    is_distinctive,
)


def photo(seed: int, height: int = 240, width: int = 320) -> NDArray[np.uint8]:
    """A picture with the 1/f spectrum of natural photographs (Field 1987), slightly coloured."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width) * width)
    spectrum = np.fft.rfft2(rng.standard_normal((height, width))) / np.maximum(frequency, 1)
    grey = np.fft.irfft2(spectrum, (height, width))
    grey = 128 + 45 * (grey - grey.mean()) / grey.std()
    return np.clip(grey[..., None] + np.array([12, 0, -15]), 0, 255).astype(np.uint8)


def through_jpeg(rgb: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    packed = io.BytesIO()
    Image.fromarray(rgb).save(packed, "JPEG", quality=quality)
    return np.asarray(Image.open(packed, formats=["JPEG"]))


def wave(height: int, width: int) -> NDArray[np.uint8]:
    """A picture from integer arithmetic alone, the same on every machine."""
    y, x = np.mgrid[:height, :width]
    red = (x * x * 3 + y * 7) // 11 % 256
    green = (x * y) // 5 % 256
    blue = (y * y + x * 13) // 7 % 256
    return np.stack([red, green, blue], axis=2).astype(np.uint8)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "change",
    [
        lambda rgb: cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        lambda rgb: cv2.resize(rgb, None, fx=1.7, fy=1.3, interpolation=cv2.INTER_CUBIC),
        lambda rgb: cv2.resize(rgb, (900, 700), interpolation=cv2.INTER_LINEAR),
        lambda rgb: through_jpeg(rgb, 75),
        lambda rgb: through_jpeg(rgb, 30),
        lambda rgb: np.clip(rgb.astype(np.int16) + 12, 0, 255).astype(np.uint8),
        lambda rgb: np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2),
    ],
    ids=["half size", "1.7 by 1.3", "over the working size", "JPEG 75", "JPEG 30", "brighter", "grey"],
)
def test_it_keeps_a_copy_within_the_same_picture(seed, change):
    original = photo(seed)
    assert distance(fingerprint(original), fingerprint(change(original))) <= SAME_PICTURE


def test_it_keeps_unrelated_pictures_beyond_candidates():
    hashes = [fingerprint(photo(seed)) for seed in range(12)]
    nearest = min(distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i])
    assert nearest > CANDIDATE


@pytest.mark.parametrize(
    ("rgb", "frozen"),
    [
        (wave(64, 64), "79d2e718c8f6939ca4734aced5311247f49cad29aa566aad54d385b42d68ab58"),
        (wave(97, 201), "007f1ffb3fc03e037c1f707c60f0c1c1c387e71ee638ce338c66ecccc8c89991"),
        (wave(3, 5), "0000000000000000000000000000000000000000000000000000000000000000"),
    ],
    ids=["grid size", "odd sides", "enlarged"],
)
def test_it_never_changes_a_stored_hash(rgb, frozen):
    assert fingerprint(rgb).hex() == frozen


def test_it_reads_one_cosine_as_one_frequency():
    y = np.cos(np.pi * 2 * (2 * np.arange(64) + 1) / 128)[:, None]
    x = np.cos(np.pi * 3 * (2 * np.arange(64) + 1) / 128)[None, :]
    noise = np.random.default_rng(1).normal(0, 30, (64, 64))
    grey = np.clip(128 + 60 * y * x + noise, 0, 255).astype(np.uint8)
    bits = np.unpackbits(np.frombuffer(fingerprint(np.repeat(grey[..., None], 3, axis=2)), np.uint8))
    assert bits.reshape(16, 16)[1, 2] == 1


def test_it_sets_half_of_the_bits_of_a_photograph():
    assert int.from_bytes(fingerprint(photo(3))).bit_count() == 128


@given(value=st.tuples(*[st.integers(0, 255)] * 3), height=st.integers(1, 90), width=st.integers(1, 90))
@settings(max_examples=25, deadline=None)
def test_it_finds_nothing_to_recognise_in_a_flat_picture(value, height, width):
    found = fingerprint(np.full((height, width, 3), value, np.uint8))
    assert found == bytes(HASH_BYTES)
    assert not is_distinctive(found)


def test_it_finds_nothing_to_recognise_in_stripes_or_faint_noise():
    stripes = np.zeros((80, 80, 3), np.uint8)
    stripes[::2] = 255
    faint = np.random.default_rng(5).integers(127, 130, (100, 100, 3), dtype=np.uint8)
    assert not is_distinctive(fingerprint(stripes))
    assert not is_distinctive(fingerprint(faint))
    assert is_distinctive(fingerprint(photo(0)))


def test_it_does_not_depend_on_memory_layout():
    rgb = photo(7)
    assert fingerprint(np.asfortranarray(rgb)) == fingerprint(rgb)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_it_refuses_what_is_not_an_rgb_picture(wrong):
    with pytest.raises(ValueError, match=r"expected uint8 of shape \(H, W, 3\), found"):
        fingerprint(wrong)


def test_it_counts_differing_bits():
    assert distance(bytes(32), b"\xff" * 32) == 256
    assert distance(bytes(31) + b"\x05", bytes(32)) == 2


@given(a=st.binary(min_size=32, max_size=32), b=st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_it_gives_the_same_distance_singly_and_in_bulk(a, b):
    rows = np.frombuffer(a + b, np.uint8).reshape(2, 32)
    assert distances(a, rows).tolist() == [0, distance(a, b)]
    assert distance(a, b) == distance(b, a)


def test_it_takes_rows_that_are_not_contiguous_and_no_rows():
    rows = np.arange(64 * 3, dtype=np.uint8).reshape(3, 64)[:, ::2]
    expected = [distance(bytes(32), row.tobytes()) for row in rows]
    assert distances(bytes(32), rows).tolist() == expected
    assert distances(bytes(32), np.zeros((0, 32), np.uint8)).shape == (0,)


def test_it_refuses_fingerprints_of_another_length():
    with pytest.raises(ValueError, match="found 32 and 8"):
        distance(bytes(32), bytes(8))
    with pytest.raises(ValueError, match=r"of shape \(2, 8\)"):
        distances(bytes(32), np.zeros((2, 8), np.uint8))
    with pytest.raises(ValueError, match="found 3 bytes"):
        distances(b"abc", np.zeros((2, 32), np.uint8))
