"""One case: make the file, ask verification what it is, and hold the answer against what was done to it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from marking.media import Refused
from marking.verification.examine import examine
from marking.verification.report import Change, Finding, Report
from tests.benchmarks.tampering.corpus import Case, Stage
from tests.benchmarks.tampering.files import ENDINGS, RECOMPRESSED, TURNS
from tests.benchmarks.tampering.overlap import bounds, intersection_over_union, regions, union
from tests.benchmarks.tampering.shown import Box, Shown
from tests.benchmarks.tampering.suite import FRAME_STATEMENTS, KINDS, edited
from tests.benchmarks.tampering.unrelated import unrelated
from tests.benchmarks.tampering.works import original
from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.folder import read

NAMING = {Finding.REGISTERED, Finding.RECOGNISED, Finding.NEAR_COPY}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Corpus:
    """Where copies are written, the pictures that were never marked, and the seed of all chance."""

    folder: Path
    held_out: tuple[Path, ...]
    seed: int


@dataclass(frozen=True)
class Answer:
    """What was done, what the report says, and how the two fit.

    ``layers``: what named a work, as ``layer finding``; ``changes``: of the report; ``truth``: the boxes that were changed;
    ``box_fit``: intersection over union of the reported regions with those boxes; ``mask_fit``: with the very pixels;
    ``frame_fit``: the least with which what is said of the frame lies where it should.
    ``making``, ``seconds``: wall clock of the edit and of the examination, ``processor`` the CPU time of the latter.
    """

    case: str
    stage: Stage
    kind: str
    ending: str
    work: str | None
    found: str | None
    verdict: str
    state: str | None = None
    layers: tuple[str, ...] = ()
    changes: tuple[dict[str, Any], ...] = ()
    truth: tuple[Box, ...] = ()
    box_fit: float = 0.0
    mask_fit: float = 0.0
    frame_fit: float = 0.0
    making: float = field(default=0.0, compare=False)
    seconds: float = field(default=0.0, compare=False)
    processor: float = field(default=0.0, compare=False)

    @property
    def is_found(self) -> bool:
        """Whether the right work is named."""
        return self.work is not None and self.found == self.work

    @property
    def statements(self) -> frozenset[str]:
        """What is said of the frame."""
        return frozenset(change["kind"] for change in self.changes) & FRAME_STATEMENTS

    @property
    def regions(self) -> tuple[str, ...]:
        """As what regions of the picture are said to be changed."""
        return tuple(change["kind"] for change in self.changes if change["kind"] not in FRAME_STATEMENTS)


@dataclass(frozen=True)
class _Made:
    ending: str
    extension: str
    data: bytes
    shown: Shown | None = None  # None where nothing was edited
    frame: Box = (0, 0, 0, 0)  # where the marked picture lies in it


def ask(corpus: Corpus, case: Case) -> Answer:
    """Make the file of a case, examine it, and score the answer."""
    begin = time.perf_counter()
    made = _made(corpus, case)
    path = corpus.folder / f"{case.name}.{made.extension}"
    path.write_bytes(made.data)
    making, begin, spent = time.perf_counter() - begin, time.perf_counter(), processor_seconds()
    report = _examined(path)
    seconds, spent = time.perf_counter() - begin, processor_seconds() - spent
    if case.stage is not Stage.EDITED:
        path.unlink()
    return _scored(case, made, report, (making, seconds, spent))


def processor_seconds() -> float:
    """CPU time so far of this process and of all below it, those that ended included (proc(5), stat)."""
    processes = _processes()
    return sum(ticks for each, (_, ticks) in processes.items() if _is_ours(each, processes)) / TICKS


def _made(corpus: Corpus, case: Case) -> _Made:
    others = _pictures(corpus.held_out)
    if case.stage is Stage.UNRELATED:
        return _Made(*unrelated(case.number, others, corpus.seed))
    source = original(case.code)
    if case.stage is Stage.RECOMPRESSED:
        extension, data = RECOMPRESSED[case.kind](source.rgb)
        return _Made(case.kind, extension, data)
    shown = edited(source, KINDS[case.kind], others, number=case.number, seed=corpus.seed)
    ending = TURNS[case.number % len(TURNS)]
    frame = bounds(shown.frame(source.rgb.shape[1], source.rgb.shape[0]), shown.height, shown.width)
    return _Made(ending, *ENDINGS[ending](shown.rgb), shown, frame)


@cache
def _pictures(paths: tuple[Path, ...]) -> tuple[Picture, ...]:
    return tuple(read(path) for path in paths)


def _examined(path: Path) -> Report | None:
    try:
        return examine(path, path.name)
    except Refused:
        return None


def _scored(case: Case, made: _Made, report: Report | None, times: tuple[float, float, float]) -> Answer:
    here = report.marked_here if report else None
    changes = here.changes if here else ()
    truth = regions(made.shown.mask) if made.shown else ()
    box_fit, mask_fit = _fits(made.shown, truth, changes) if made.shown and truth else (0.0, 0.0)
    making, seconds, processor = times
    return Answer(
        case=case.name,
        stage=case.stage,
        kind=case.kind if case.stage is not Stage.UNRELATED else made.ending,
        ending=made.ending if case.stage is Stage.EDITED else "",
        work=case.code or None,
        found=here.work if here else None,
        verdict=report.verdict.value if report else "refused",
        state=here.state.value if here else None,
        layers=_naming(report) if report else (),
        changes=tuple(change.as_dict() for change in changes),
        truth=truth,
        box_fit=round(box_fit, 3),
        mask_fit=round(mask_fit, 3),
        frame_fit=round(_frame_fit(made.shown, made.frame, changes), 3) if made.shown else 0.0,
        making=round(making, 3),
        seconds=round(seconds, 3),
        processor=round(processor, 3),
    )


def _naming(report: Report) -> tuple[str, ...]:
    return tuple(f"{each.layer} {each.finding}" for each in report.evidence if each.finding in NAMING)


def _fits(shown: Shown, truth: Sequence[Box], changes: Sequence[Change]) -> tuple[float, float]:
    """How the reported regions fit the changed boxes, and the changed pixels."""
    boxes = [change.box for change in changes if change.kind not in FRAME_STATEMENTS]
    said = union(boxes, shown.height, shown.width)
    true = union(truth, shown.height, shown.width)
    return intersection_over_union(said, true), intersection_over_union(said, shown.mask)


def _frame_fit(shown: Shown, frame: Box, changes: Sequence[Change]) -> float:
    """The least fit of what is said of the frame: cropped is the whole upload, all else the place of the picture."""
    whole = np.ones(shown.rgb.shape[:2], bool)
    place = union([frame], shown.height, shown.width)
    fits = [
        intersection_over_union(
            union([change.box], shown.height, shown.width), whole if change.kind == "cropped" else place
        )
        for change in changes
        if change.kind in FRAME_STATEMENTS
    ]
    return min(fits, default=0.0)


def _processes() -> dict[int, tuple[int, int]]:
    """Of every process: its parent, and its time in ticks with that of the children it waited for."""
    found = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_bytes().rpartition(b")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        found[int(each.parent.name)] = int(fields[1]), sum(int(field) for field in fields[11:15])
    return found


def _is_ours(process: int, processes: dict[int, tuple[int, int]]) -> bool:
    """Whether it is this process or one below it."""
    while process in processes:
        if process == os.getpid():
            return True
        process = processes[process][0]
    return False
