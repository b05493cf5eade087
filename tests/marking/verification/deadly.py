"""What takes its process down, or tells of it, for a child to import."""

from __future__ import annotations

import os
import time
from pathlib import Path

from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence


def crashes(specimen: Specimen) -> Evidence:
    """Die as a decoder with a wild pointer does."""
    os.abort()


def hangs(specimen: Specimen) -> Evidence:
    """Never come back."""
    while True:
        time.sleep(1)


def crashes_once(specimen: Specimen, trace: Path) -> str:
    """Die the first time, as what went before may have left the process in a bad way."""
    if not trace.exists():
        trace.touch()
        os.abort()
    return "done"


def fills(specimen: Specimen) -> int:
    """Take more memory than anybody is given."""
    return len(bytes(1 << 40))


def decodes(specimen: Specimen) -> tuple[int, tuple[int, ...]]:
    """Tell who decodes it, and its shape."""
    return os.getpid(), specimen.rgb.shape
