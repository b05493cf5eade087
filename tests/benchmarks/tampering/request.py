"""What the command line asked for, and whether it can be carried out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import filter as fitting
from pathlib import Path

from tests.benchmarks.tampering.corpus import Stage
from tests.benchmarks.tampering.files import RECOMPRESSED
from tests.benchmarks.tampering.suite import KINDS

COPIES, UNRELATED = 4, 2000


@dataclass(frozen=True)
class Request:
    """``limit`` 0: every picture; no stages or kinds: all; ``keep``: a folder in which an earlier run goes on."""

    images: Path
    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    copies: int = COPIES
    unrelated: int = UNRELATED
    limit: int = 0
    jobs: int = 1
    keep: Path | None = None
    markdown: Path | None = None
    json: Path | None = None


def check(request: Request) -> None:
    """Raises ValueError for a request that cannot be carried out; the pictures are not looked at."""
    processors = os.cpu_count() or 1
    if not 1 <= request.jobs <= processors:
        raise ValueError(f"expected jobs from 1 to {processors}, the number of CPUs, found {request.jobs}")
    for name, least in (("limit", 0), ("copies", 1), ("unrelated", 0)):
        if (value := getattr(request, name)) < least:
            raise ValueError(f"expected {name} of {least} or more, found {value}")
    if unknown := set(request.stages) - set(Stage):
        raise ValueError(f"expected stages out of {', '.join(Stage)}, found {', '.join(sorted(unknown))}")
    if idle := [each for each in request.kinds if not fitting([*KINDS, *RECOMPRESSED], each)]:
        raise ValueError(f"expected names or globs of kinds, found none that fits {', '.join(idle)}")
    for path in (request.markdown, request.json):
        if path is not None:
            check_output(path)
    if request.keep is not None and request.keep.exists() and not request.keep.is_dir():
        raise ValueError(f"expected a folder to keep the run in, found a file at {request.keep}")


def check_output(path: Path) -> None:
    """Raises ValueError for a file that cannot be written."""
    if path.is_dir():
        raise ValueError(f"expected a file to write, found a folder at {path}")
    if not (path.parent.is_dir() and os.access(path if path.exists() else path.parent, os.W_OK)):
        raise ValueError(f"expected a place that can be written to, found none at {path}")
