"""Programs that are not ours, which some tests ask for a second opinion."""

from __future__ import annotations

import os
import shutil

import pytest


def require(name: str, package: str) -> str:
    """Return where the program is. Without it the test is left out and says so; where nothing may be, it fails."""
    if found := shutil.which(name):
        return found
    if os.environ.get("YINJI_TESTS_MUST_NOT_SKIP"):
        pytest.fail(f"{name} is not installed, and nothing may be left out here")
    pytest.skip(f"left out: {name} is not installed (Debian's package {package})")
