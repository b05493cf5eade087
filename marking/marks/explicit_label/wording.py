"""What a label says, and how its words may be stacked when one line is too wide."""

from __future__ import annotations

from enum import StrEnum

Lines = tuple[str, ...]


class Wording(StrEnum):
    """The text of a label.

    GB 45438-2025 clause 5.2 asks for an AI element (人工智能 or AI) and a generation element (生成 or 合成), which
    ``CHINESE`` and ``BOTH`` carry. ``ENGLISH`` says the same to readers elsewhere and does not meet that clause.
    """

    CHINESE = "AI生成"
    ENGLISH = "AI-generated"
    BOTH = "AI生成 · AI-generated"

    @property
    def meets_gb_45438(self) -> bool:
        """Whether the text carries both elements of GB 45438-2025 clause 5.2."""
        has_ai = "AI" in self.value or "人工智能" in self.value
        return has_ai and ("生成" in self.value or "合成" in self.value)

    @property
    def layouts(self) -> tuple[Lines, ...]:
        """Ways to set the text, fewest lines first. Every first line begins with the capitals ``AI``."""
        return _LAYOUTS[self]


_LAYOUTS: dict[Wording, tuple[Lines, ...]] = {
    Wording.CHINESE: (("AI生成",), ("AI", "生成"), ("AI", "生", "成")),
    Wording.ENGLISH: (("AI-generated",), ("AI-", "generated")),
    Wording.BOTH: (("AI生成 · AI-generated",), ("AI生成", "AI-generated"), ("AI生成", "AI-", "generated")),
}
