"""``manage.py benchmark``: measure what the tests are too quick for."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

PARTS = {
    "robustness": "quality, and what is read after every attack (measured when no other part is named)",
    "registered": "yes or no to one payload, with the marked file at hand",
    "false-positives": "answers where there is nothing to read",
    "cost": "ratios of time, memory, and throughput",
    "curve": "hit rate against PSNR, on the first folder",
}
PEERS = ("dwtDctSvd", "rivaGan", "blind-watermark")


class Command(BaseCommand):
    help = "Measure on folders of pictures what the tests are too quick for, or make pictures to measure on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        pictures = kinds.add_parser("pictures", help="make pictures of the kinds that are hard to mark")
        pictures.add_argument("--out", type=Path, required=True, metavar="DIR")
        pictures.add_argument("--only", default="", metavar="NAME,…", help="these; all when none is named")
        watermark = kinds.add_parser("watermark", help="measure the invisible watermark")
        _add_selection(watermark)
        _add_parts(watermark)
        watermark.add_argument("--jobs", type=int, default=1, help="worker processes, at most one a CPU")
        watermark.add_argument("--json", type=Path, metavar="FILE", help="everything measured, as one object")
        watermark.add_argument(
            "--markdown",
            type=Path,
            metavar="FILE",
            help="put the sections measured in place of those in FILE, and the curve beside it",
        )
        _add_tampering(kinds.add_parser("tampering", help="measure verification on edited copies"))
        _add_verification(kinds.add_parser("verification", help="time verification against decoding"))

        index = kinds.add_parser("index", help="measure looking up fingerprints among millions")
        index.add_argument(
            "--rows", type=int, default=10_000_000, metavar="N", help="fingerprints; 1 GB for ten million"
        )
        index.add_argument("--queries", type=int, default=100, metavar="N", help="look-ups of each kind")

        records = kinds.add_parser("records", help="measure appending to, signing and verifying the log")
        records.add_argument("--records", type=int, default=10_000, metavar="N", help="events to append")
        records.add_argument("--seconds", type=int, default=20, metavar="N", help="of paced events")

        withdrawal = kinds.add_parser(
            "withdrawal", help="time until a work is dark, while others download (a site of its own)"
        )
        withdrawal.add_argument(
            "--withdrawals", type=int, default=100, metavar="N", help="one after the other"
        )
        withdrawal.add_argument(
            "--rate", type=int, default=200, metavar="N", help="downloads asked for a second"
        )

    def handle(self, *, kind: str, **options: Any) -> None:
        if not (settings.ROOT / "tests" / "benchmarks").is_dir():
            raise CommandError(
                "The benchmark lives in tests/benchmarks, which is not here: run it from a full checkout.",
                returncode=2,
            )
        with _ended_by_signals():
            self._run[kind](self, options)

    def _make_pictures(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.watermark.pictures import write

        try:
            for path in write(options["out"], _words(options["only"])):
                self.stdout.write(str(path))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            reason = (
                f"expected a folder that pictures can be written into at {options['out']}, found: {error}"
            )
            raise CommandError(reason, returncode=2) from error

    def _measure_index(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.index.benchmark import measure, report

        try:
            measured = measure(options["rows"], options["queries"], self.stderr.write)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(report(measured))

    def _measure_records(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.records.benchmark import measure, report

        try:
            measured = measure(options["records"], options["seconds"], self.stderr.write)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(report(measured))

    def _measure_withdrawal(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.withdrawal import report

        try:
            measured = report(options["withdrawals"], options["rate"])
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(measured)

    def _measure(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.watermark.benchmark import save, save_record, sections, sets_of
        from tests.benchmarks.watermark.request import Request

        request = Request(
            folders=tuple(options["images"]),
            parts=tuple(part for part in PARTS if options[part.replace("-", "_")]) or ("robustness",),
            limit=options["limit"],
            tiers=_words(options["tiers"]),
            patterns=_words(options["attacks"]),
            jobs=options["jobs"],
            rounds=options["rounds"],
            peers=_words(options["peers"]),
            markdown=options["markdown"],
            json=options["json"],
        )
        try:
            sets = sets_of(request, self.stderr.write)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        done = []
        for section in sections(request, sets, self.stderr.write):
            self.stdout.write(f"## {section.heading}\n\n{section.body}\n")
            done.append(section)
            if request.markdown:
                save(request.markdown, done)
        if request.json:
            save_record(request.json, done)

    def _tamper(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.tampering.benchmark import pictures, run, save, tables
        from tests.benchmarks.tampering.request import Request

        names = ("images", "copies", "unrelated", "limit", "jobs", "keep", "markdown", "json")
        request = Request(
            stages=_words(options["stages"]),
            kinds=_words(options["kinds"]),
            **{name: options[name] for name in names},
        )
        try:
            answers = run(request, pictures(request, self.stderr.write), self.stderr.write)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        for heading, body in tables(answers).items():
            self.stdout.write(f"## {heading}\n\n{body}\n")
        save(request, answers)

    def _time(self, options: dict[str, Any]) -> None:
        from tests.benchmarks.tampering.latency import Request, pictures, report, run, save

        names = ("images", "rounds", "parallel", "markdown", "json")
        request = Request(**{name: options[name] for name in names})
        try:
            measured = run(request, pictures(request, self.stderr.write), self.stderr.write)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        for heading, body in report(measured).items():
            self.stdout.write(f"## {heading}\n\n{body}\n")
        save(request, measured)

    _run: ClassVar[Mapping[str, Callable[..., None]]] = {
        "pictures": _make_pictures,
        "watermark": _measure,
        "tampering": _tamper,
        "verification": _time,
        "index": _measure_index,
        "records": _measure_records,
        "withdrawal": _measure_withdrawal,
    }


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and Ctrl-C leave by SystemExit, so that worker processes are ended on the way out."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _add_selection(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--images", type=Path, nargs="+", required=True, metavar="DIR", help="sets of pictures"
    )
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="N pictures of each, evenly spread")
    parser.add_argument("--tiers", default="", help="core, hard, extreme; several with commas")
    parser.add_argument("--attacks", default="", metavar="GLOB,…", help="attacks whose names fit, as jpeg_*")


def _add_parts(parser: ArgumentParser) -> None:
    for part, meaning in PARTS.items():
        parser.add_argument(f"--{part}", action="store_true", help=meaning)
    parser.add_argument(
        "--rounds", type=int, default=1, help="false positives: as often, each under other keys"
    )
    parser.add_argument(
        "--peers",
        nargs="?",
        const=",".join(PEERS),
        default="",
        metavar="NAME,…",
        help=f"robustness: measure these as well, of {', '.join(PEERS)}; all when none is named",
    )


def _add_tampering(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR", help="pictures; a third stays unmarked"
    )
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="N pictures, evenly spread")
    parser.add_argument("--stages", default="", help="edited, recompressed, unrelated; several with commas")
    parser.add_argument("--kinds", default="", metavar="GLOB,…", help="edits whose names fit, as face_*")
    parser.add_argument("--copies", type=int, default=4, metavar="N", help="of each kind")
    parser.add_argument("--unrelated", type=int, default=2000, metavar="N", help="pictures of no work")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes, at most one a CPU")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep files and answers, and go on from there"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="every single answer")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the sections in place of those in FILE"
    )


def _add_verification(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR", help="a folder of two pictures or more"
    )
    parser.add_argument("--rounds", type=int, default=8, metavar="N", help="how often each file is verified")
    parser.add_argument(
        "--parallel", type=int, default=4, metavar="N", help="verifications at a time, each in a process"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="every single time")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the sections in place of those in FILE"
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
