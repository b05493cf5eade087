"""What became of a registered picture: where an upload shows it, and where it was changed. Pure."""

from marking.comparison.change import Box, ChangedRegion, Kind
from marking.comparison.closer import LONGEST
from marking.comparison.comparing import LONGEST_SIDE, Comparison, compare
from marking.comparison.drawing import Views, draw_map
from marking.comparison.telling import Lie

__all__ = [
    "LONGEST",
    "LONGEST_SIDE",
    "Box",
    "ChangedRegion",
    "Comparison",
    "Kind",
    "Lie",
    "Views",
    "compare",
    "draw_map",
]
