"""The visible label: "AI生成" burnt into a corner of the picture (GB 45438-2025 clause 5.2)."""

from marking.marks.explicit_label.drawing import draw, draw_at, draw_with_alpha, measured_at, opaque_at, seen
from marking.marks.explicit_label.finding import Found, find
from marking.marks.explicit_label.legibility import would_be_read
from marking.marks.explicit_label.placing import Corner, Placement, place
from marking.marks.explicit_label.plate import LEAST_CONTRAST
from marking.marks.explicit_label.wording import Wording

__all__ = [
    "LEAST_CONTRAST",
    "Corner",
    "Found",
    "Placement",
    "Wording",
    "draw",
    "draw_at",
    "draw_with_alpha",
    "find",
    "measured_at",
    "opaque_at",
    "place",
    "seen",
    "would_be_read",
]
