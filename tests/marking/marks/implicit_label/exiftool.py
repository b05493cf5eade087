"""ExifTool as another reader of our labels: a program of its own, in Perl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests import programs


def read_tags(path: Path, *options: str) -> dict[str, Any]:
    """What ExifTool finds in a file, by group and name. Skips where it is not installed, except in CI."""
    command = [
        programs.require("exiftool", "libimage-exiftool-perl"),
        "-json",
        "-a",
        "-G",
        *options,
        str(path),
    ]
    found: list[dict[str, Any]] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=False).stdout
    )
    return found[0]
