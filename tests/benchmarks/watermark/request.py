"""What the command line asked for, and whether it can be carried out."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.watermark.attacks import Tier, chosen
from tests.benchmarks.watermark.peers import PEERS


@dataclass(frozen=True)
class Request:
    """``parts``: names out of ``benchmark.PARTS``; ``limit`` 0: every picture; no tiers or patterns: every attack."""

    folders: tuple[Path, ...]
    parts: tuple[str, ...]
    limit: int = 0
    tiers: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    jobs: int = 1
    rounds: int = 1
    peers: tuple[str, ...] = ()
    markdown: Path | None = None
    json: Path | None = None

    @property
    def attacks(self) -> tuple[str, ...]:
        """Names of the attacks asked for."""
        return tuple(attack.name for attack in chosen(self.tiers, self.patterns))

    @property
    def drawing(self) -> Path | None:
        """Where the curve is drawn: beside the document, where there is one and the curve is asked for."""
        if self.markdown is None or "curve" not in self.parts:
            return None
        return self.markdown.with_name(f"{self.markdown.stem}-curve.svg")


def check(request: Request) -> None:
    """Raises ValueError for a request that cannot be carried out; the pictures are not looked at."""
    _check_numbers(request)
    _check_names(request)
    for path in (request.markdown, request.json, request.drawing):
        if path is not None:
            _check_output(path)
    if request.markdown is not None and request.markdown.exists():
        _check_text(request.markdown)


def _check_numbers(request: Request) -> None:
    processors = os.cpu_count() or 1
    if not 1 <= request.jobs <= processors:
        raise ValueError(f"expected jobs from 1 to {processors}, the number of CPUs, found {request.jobs}")
    if request.limit < 0:
        raise ValueError(f"expected a limit of 1 or more, or 0 for every picture, found {request.limit}")
    if request.rounds < 1:
        raise ValueError(f"expected rounds of 1 or more, found {request.rounds}")


def _check_names(request: Request) -> None:
    if len({folder.name for folder in request.folders}) < len(request.folders):
        raise ValueError(f"expected folders of different names, found {', '.join(map(str, request.folders))}")
    if unknown := set(request.peers) - set(PEERS):
        raise ValueError(f"expected peers out of {', '.join(PEERS)}, found {', '.join(sorted(unknown))}")
    if unknown := set(request.tiers) - set(Tier):
        raise ValueError(f"expected tiers out of {', '.join(Tier)}, found {', '.join(sorted(unknown))}")
    if idle := [pattern for pattern in request.patterns if not chosen(request.tiers, (pattern,))]:
        tiers = ", ".join(request.tiers or Tier)
        raise ValueError(
            f"expected names or globs of attacks ({tiers}), found none that fits {', '.join(idle)}"
        )


def _check_output(path: Path) -> None:
    if path.is_dir():
        raise ValueError(f"expected a file to write, found a folder at {path}")
    if not (path.parent.is_dir() and os.access(path if path.exists() else path.parent, os.W_OK)):
        raise ValueError(f"expected a place that can be written to, found none at {path}")


def _check_text(path: Path) -> None:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected a document in UTF-8 at {path}, found other bytes") from error
