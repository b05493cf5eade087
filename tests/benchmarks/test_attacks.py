"""The attacks: seeded, whole, and without side effects."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest

from tests.benchmarks.watermark.attacks import ATTACKS, Picture, Tier, attacked, chosen, seed_of
from tests.conftest import photograph

RGB, OTHER = photograph(96, 128, seed=3), photograph(80, 100, seed=4)

# Arithmetic on whole numbers, so that every machine agrees to the pixel.
RAMP = (np.arange(96 * 128 * 3).reshape(96, 128, 3) * 7 % 256).astype(np.uint8)
# What needs no codec and no resampling: first digits of the SHA-256 of the pixels.
FROZEN = {
    "none": "c21e2698",
    "salt_pepper_2": "b07b3932",
    "noise_10": "9d69f0d4",
    "crop_random_50": "8ea88d03",
    "occlude_25": "855227a5",
    "translate_10": "17f9230a",
    "invert": "8ab4670f",
}


def _after(name: str) -> Picture:
    return attacked(RGB, ATTACKS[name], "a.png", OTHER)


@pytest.mark.parametrize("name", ATTACKS)
def test_it_gives_a_picture_and_leaves_the_one_it_was_given(name: str) -> None:
    before = RGB.copy()

    result = _after(name)

    assert result.dtype == np.uint8
    assert result.ndim == 3
    assert result.shape[2] == 3
    assert min(result.shape[:2]) >= 8
    assert np.array_equal(before, RGB)


@pytest.mark.parametrize("name", ["noise_10", "occlude_50", "camera_mild", "perspective_10", "collage_half"])
def test_it_draws_the_same_chance_for_the_same_picture_and_other_chance_for_another(name: str) -> None:
    again = _after(name)
    elsewhere = attacked(RGB, ATTACKS[name], "b.png", OTHER)

    assert np.array_equal(again, _after(name))
    assert not np.array_equal(again, elsewhere)


@pytest.mark.parametrize(("name", "digest"), FROZEN.items())
def test_it_agrees_with_its_frozen_pixels(name: str, digest: str) -> None:
    result = attacked(RAMP, ATTACKS[name], "a.png", RAMP)

    assert hashlib.sha256(result.tobytes()).hexdigest()[:8] == digest


def test_it_counts_99_attacks_in_three_tiers() -> None:
    assert Counter(attack.tier for attack in ATTACKS.values()) == {
        Tier.CORE: 53,
        Tier.HARD: 35,
        Tier.EXTREME: 11,
    }


def test_it_seeds_by_the_hash_of_all_parts() -> None:
    assert seed_of(1, "a", "b") == int(hashlib.sha256(b"1|a|b").hexdigest()[:16], 16)


def test_it_chooses_by_tier_and_by_pattern() -> None:
    names = [attack.name for attack in chosen(["hard", "extreme"], ["jpeg_*", "blur_3"])]

    assert names == ["jpeg_q30", "jpeg_q20", "jpeg_q10", "blur_3"]
    assert len(chosen([], [])) == 99


def test_it_chooses_nothing_where_nothing_fits() -> None:
    assert chosen(["core"], ["jpeg_q10"]) == ()


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("resize_0.5", (48, 64)),
        ("crop_centre_25", (48, 64)),
        ("rotate_90", (128, 96)),
        ("avatar_400", (400, 400)),
        ("letterbox_20", (134, 136)),
        ("collage_native", (192, 256)),
        ("jpeg_chain", (91, 123)),
        ("rotate_45_inner", (65, 65)),
    ],
)
def test_it_gives_the_size_that_its_name_promises(name: str, shape: tuple[int, int]) -> None:
    assert _after(name).shape[:2] == shape


def test_it_mirrors_and_turns_without_touching_a_value() -> None:
    assert np.array_equal(_after("flip_h")[:, ::-1], RGB)
    assert np.array_equal(_after("flip_v")[::-1], RGB)
    assert np.array_equal(_after("rotate_180")[::-1, ::-1], RGB)
    assert np.array_equal(255 - _after("invert"), RGB)
