"""The 99 attacks by name, and what one of them does to one picture."""

import hashlib
from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np

from tests.benchmarks.watermark.attacks import (
    chains,
    colour,
    compression,
    filtering,
    geometry,
    occlusion,
    warping,
)
from tests.benchmarks.watermark.attacks.attack import Attack, Picture, Scene, Tier

SEED = 20240501
NOTHING = Attack("none", Tier.CORE, "none", lambda rgb, _: rgb.copy())
_GROUPS = (compression, geometry, warping, filtering, colour, occlusion, chains)
ATTACKS = {
    attack.name: attack for attack in (NOTHING, *(each for group in _GROUPS for each in group.ATTACKS))
}


def chosen(tiers: Sequence[str], patterns: Sequence[str]) -> tuple[Attack, ...]:
    """The attacks of the tiers whose names fit one of the patterns (``jpeg_*``); none given means all."""
    return tuple(
        attack
        for attack in ATTACKS.values()
        if attack.tier in (tiers or tuple(Tier))
        and any(fnmatchcase(attack.name, each) for each in patterns or "*")
    )


def attacked(rgb: Picture, attack: Attack, name: str, other: Picture, seed: int = SEED) -> Picture:
    """The picture called ``name`` after an attack: the same for the same seed, name, and attack."""
    return attack.run(rgb, Scene(np.random.default_rng(seed_of(seed, name, attack.name)), other))


def seed_of(*parts: object) -> int:
    """64 bits of the SHA-256 of the parts, as text, joined by bars."""
    return int.from_bytes(hashlib.sha256("|".join(map(str, parts)).encode()).digest()[:8], "big")
