"""What an attack is, and what it may use beside the picture."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


class Tier(StrEnum):
    """How far from ordinary an attack is."""

    CORE = "core"  # ordinary sharing: nothing may be lost
    HARD = "hard"
    EXTREME = "extreme"


@dataclass(frozen=True)
class Scene:
    """Chance, seeded for one picture and one attack, and another unmarked picture, for collages."""

    random: np.random.Generator
    other: Picture


Distortion = Callable[[Picture, Scene], Picture]


@dataclass(frozen=True)
class Attack:
    """One distortion at one strength: uint8 (H, W, 3) to uint8 of any height and width, the input left as it was."""

    name: str
    tier: Tier
    group: str
    run: Distortion
