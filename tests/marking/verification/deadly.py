"""Collectors that take their process down, for a child to import."""

from __future__ import annotations

import os
import time

from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence


def crashes(specimen: Specimen) -> Evidence:
    """Die as a decoder with a wild pointer does."""
    os.abort()


def hangs(specimen: Specimen) -> Evidence:
    """Never come back."""
    while True:
        time.sleep(1)
