"""What ``manage.py benchmark watermark`` runs: the parts asked for, each a section of the document."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.benchmarks.watermark import (
    alarms_report,
    cost,
    cost_report,
    curve,
    false_alarms,
    registered,
    registered_report,
    runs,
)
from tests.benchmarks.watermark.attacks import SEED
from tests.benchmarks.watermark.document import updated
from tests.benchmarks.watermark.drawing import draw
from tests.benchmarks.watermark.folder import pictures_in, read
from tests.benchmarks.watermark.peers import INSTALL, PEERS, missing
from tests.benchmarks.watermark.request import Request, check
from tests.benchmarks.watermark.robustness_report import report
from tests.benchmarks.watermark.runs import Plan, Trial
from tests.benchmarks.watermark.schemes import Scheme, Yinji

COST_PICTURES = 3  # of the first folder

Tell = Callable[[str], None]
Sets = dict[str, tuple[Path, ...]]  # by the name of the folder
Result = TypeVar("Result")


@dataclass(frozen=True)
class Section:
    """A heading, what stands below it, and the same as data."""

    heading: str
    body: str
    record: Any = field(repr=False)


def sets_of(request: Request, tell: Tell) -> Sets:
    """The pictures by the names of their folders; ``tell`` is given a line for each that cannot be read.

    Raises ValueError for a request that cannot be carried out.
    """
    check(request)
    return {folder.name: pictures_in(folder, request.limit, tell) for folder in request.folders}


def sections(request: Request, sets: Sets, tell: Tell) -> Iterator[Section]:
    """Each part as it is done; ``tell`` is given a line for every picture."""
    for part in request.parts:
        yield from PARTS[part](request, sets, tell)


def save(path: Path, done: Sequence[Section]) -> None:
    """Put the sections into a Markdown file, new or old, and leave the rest of it as it is."""
    document = path.read_text(encoding="utf-8") if path.exists() else "# Watermark\n"
    path.write_text(updated(document, {each.heading: each.body for each in done}), encoding="utf-8")


def save_record(path: Path, done: Sequence[Section]) -> None:
    """All that was measured as one JSON object, by heading."""
    record = {"seed": SEED, **{each.heading: each.record for each in done}}
    path.write_text(json.dumps(record, indent=1, default=asdict), encoding="utf-8")


def _robustness(request: Request, sets: Sets, tell: Tell) -> Iterator[Section]:
    schemes: tuple[Scheme, ...] = (Yinji(), *_peers(request.peers, tell))
    for name, paths in sets.items():
        trials = _trials(Plan(paths, request.attacks, schemes, SEED), request.jobs, tell)
        heading = f"Robustness: {name}, beside peers" if len(schemes) > 1 else f"Robustness: {name}"
        yield Section(heading, report(trials), trials)


def _peers(names: Sequence[str], tell: Tell) -> Iterator[Scheme]:
    """Those that are installed; of the others, what is missing is told."""
    for name in names:
        absent = missing(name)
        if absent:
            tell(f"{name} is left out: {' and '.join(absent)} not installed. Install with: {INSTALL}")
        else:
            yield PEERS[name]


def _false_positives(request: Request, sets: Sets, tell: Tell) -> Iterator[Section]:
    calls = []
    for paths in sets.values():
        watch = false_alarms.Watch(paths, request.attacks, SEED, request.rounds)
        calls += _gathered(false_alarms.run(watch, request.jobs), paths, tell)
    body = f"{', '.join(sets)}; rounds of keys: {request.rounds}.\n\n{alarms_report.report(calls)}"
    yield Section("False positives", body, calls)


def _registered(request: Request, sets: Sets, tell: Tell) -> Iterator[Section]:
    for name, paths in sets.items():
        survey = registered.Survey(paths, request.attacks, SEED)
        verdicts = _gathered(registered.run(survey, request.jobs), paths, tell)
        body = f"Pictures: {len(paths)}; attacks: {len(request.attacks)}.\n\n{registered_report.report(verdicts)}"
        yield Section(f"Registered detection: {name}", body, verdicts)


def _cost(request: Request, sets: Sets, tell: Tell) -> Iterator[Section]:
    paths = next(iter(sets.values()))[:COST_PICTURES]
    tell("cost: some minutes; nothing else should run on this machine")
    measured = cost.measure([read(path) for path in paths])
    yield Section("Cost", cost_report.report(measured), measured)


def _curve(request: Request, sets: Sets, tell: Tell) -> Iterator[Section]:
    paths = next(iter(sets.values()))
    trials = _trials(Plan(paths, request.attacks, curve.schemes(), SEED), request.jobs, tell)
    points = curve.points(trials)
    if request.drawing and points:
        request.drawing.write_text(draw(points), encoding="utf-8")
    body = curve.report(points, request.drawing.name if request.drawing else None)
    told = f"Pictures: {len(paths)}, of {request.folders[0].name}.\n\n{body}"
    yield Section("Hit rate against PSNR", told, points)


def _trials(plan: Plan, jobs: int, tell: Tell) -> list[Trial]:
    return _gathered(runs.run(plan, jobs), plan.paths, tell)


def _gathered(done: Iterator[tuple[Result, ...]], paths: Sequence[Path], tell: Tell) -> list[Result]:
    """All results; one line told for each picture."""
    gathered: list[Result] = []
    for number, (path, results) in enumerate(zip(paths, done, strict=True), 1):
        gathered += results
        tell(f"{number}/{len(paths)} {path.name}")
    return gathered


PARTS: dict[str, Callable[[Request, Sets, Tell], Iterator[Section]]] = {
    "robustness": _robustness,
    "registered": _registered,
    "false-positives": _false_positives,
    "cost": _cost,
    "curve": _curve,
}
