"""ExifTool as another reader of our labels: a program of its own, in Perl."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def read_tags(path: Path, *options: str) -> dict[str, Any]:
    """What ExifTool finds in a file, by group and name. Skips where it is not installed, except in CI."""
    if shutil.which("exiftool") is None:
        reason = "left out: reading labels with ExifTool (install Debian's libimage-exiftool-perl package)"
        if os.environ.get("YINJI_TESTS_MUST_NOT_SKIP"):
            pytest.fail(reason)
        pytest.skip(reason)
    command = ["exiftool", "-json", "-a", "-G", *options, str(path)]
    found: list[dict[str, Any]] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=False).stdout
    )
    return found[0]
