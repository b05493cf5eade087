from __future__ import annotations

from pathlib import Path

import pytest

from config.environment import VARIABLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize("name", [variable.name for variable in VARIABLES])
def test_every_environment_variable_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text()
