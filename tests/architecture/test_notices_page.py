from __future__ import annotations

from pathlib import Path

import pytest

from accounts.notices.kinds import all_kinds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "notices.md"
KINDS = [kind.code for kind in all_kinds() if not kind.code.startswith("test.")]


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_of_notice_is_documented(code: str) -> None:
    assert f"| `{code}` |" in PAGE.read_text()
