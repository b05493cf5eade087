"""The visible label: "AI生成" burnt into an edge of the picture (GB 45438-2025 clause 5.2)."""

from marking.marks.explicit_label.drawing import Corner, Placement, draw, draw_with_alpha
from marking.marks.explicit_label.finding import Found, find
from marking.marks.explicit_label.wording import Wording

__all__ = ["Corner", "Found", "Placement", "Wording", "draw", "draw_with_alpha", "find"]
