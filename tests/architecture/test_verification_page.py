"""The documented table of verdicts is the one that decides."""

from __future__ import annotations

from pathlib import Path

from marking.verification.conflicts import CONFLICTS
from marking.verification.weighing import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification.md"


def test_the_page_prints_the_rules_in_their_order() -> None:
    rows = [f"| {rule.condition} | {rule.verdict.value} | {rule.sentence} |" for rule in RULES]
    assert "\n".join(rows) in PAGE.read_text()


def test_it_prints_the_conflicts_in_their_order() -> None:
    rows = [f"| `{row.code}` | {row.condition} | {row.sentence} |" for row in CONFLICTS]
    assert "\n".join(rows) in PAGE.read_text()
