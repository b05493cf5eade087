"""How long verification takes, against decoding the same file: what ``manage.py benchmark verification`` runs."""

from __future__ import annotations

import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median

from PIL import Image

from marking.verification.examine import examine
from tests.benchmarks.tampering import mapping, works
from tests.benchmarks.tampering.asking import processor_seconds
from tests.benchmarks.tampering.request import check_output
from tests.benchmarks.tampering.shown import Shown
from tests.benchmarks.tampering.site import processes
from tests.benchmarks.tampering.suite import KINDS, Original, edited
from tests.benchmarks.watermark.attacks import SEED, Picture
from tests.benchmarks.watermark.attacks.pixels import resized
from tests.benchmarks.watermark.document import updated
from tests.benchmarks.watermark.folder import pictures_in, read
from tests.benchmarks.watermark.table import number, table

PARALLEL = 4
MOST_PARALLEL = 64
PIXELS = 2_000_000
QUALITY = 90
DECODINGS, ALLOWANCE = 6, 0.3  # the bar: times the decoding, and seconds
EDITS = ("metadata_stripped", "face_blended", "label_boxed", "cropped", "screenshot", "mirrored")
FOREIGN = "not marked"
TITLE = "# Verification\n"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """``rounds``: how often each file is verified; ``pixels``: of each; ``parallel``: how many at a time."""

    images: Path
    rounds: int = 8
    pixels: int = PIXELS
    parallel: int = PARALLEL
    markdown: Path | None = None
    json: Path | None = None


@dataclass(frozen=True)
class Run:
    """One call on one file: wall clock and CPU seconds."""

    kind: str
    seconds: float
    processor: float


@dataclass(frozen=True)
class Measured:
    """Decoding alone, decoding and verifying with others at work, and mapping the changes of a large file."""

    pixels: int
    parallel: int
    alone: tuple[Run, ...]
    decoded: tuple[Run, ...]
    verified: tuple[Run, ...]
    mapped: tuple[mapping.Mapped, ...] | None  # None where this version has no map


def pictures(request: Request, tell: Tell) -> tuple[Path, ...]:
    """Two pictures: one to mark, one not. Raises ValueError for a request that cannot be carried out."""
    if request.rounds < 1:
        raise ValueError(f"expected rounds of 1 or more, found {request.rounds}")
    if not 1 <= request.parallel <= MOST_PARALLEL:
        raise ValueError(f"expected 1 to {MOST_PARALLEL} verifications at a time, found {request.parallel}")
    for path in (request.markdown, request.json):
        if path is not None:
            check_output(path)
    found = pictures_in(request.images, 2, tell)
    if len(found) < 2:
        raise ValueError(f"expected two pictures or more in {request.images}, found {len(found)}")
    return found


def run(request: Request, paths: Sequence[Path], tell: Tell) -> Measured:
    """Mark one picture at two megapixels on a site of its own, edit it, and time what verification takes."""
    with tempfile.TemporaryDirectory(prefix="yinji-verification-") as name:
        folder = Path(name)
        with processes(folder / "site", 1) as pool:
            pool.apply(works.prepare)
            tell("marking")
            files = pool.apply(_files, (folder, *paths, request.pixels))
            alone = tuple(pool.map(_decode, files * 3, chunksize=1))
        with processes(folder / "site", request.parallel) as pool:
            pool.map(
                _verify, [files[0]] * 2 * request.parallel, chunksize=1
            )  # each process starts its own warm one
            tell(f"{len(files)} files, {request.rounds} rounds, {request.parallel} at a time")
            asked = files * request.rounds
            decoded = tuple(pool.map(_decode, asked, chunksize=1))
            verified = tuple(pool.map(_verify, asked, chunksize=1))
        mapped = None
        if mapping.is_there():
            tell("the map of changes")
            mapped = tuple(mapping.measure(*(read(path) for path in paths), pixels=6 * request.pixels))
        return Measured(request.pixels, request.parallel, alone, decoded, verified, mapped)


def report(measured: Measured) -> dict[str, str]:
    """The sections by their headings."""
    told = {"Verification against decoding": _against_decoding(measured)}
    if measured.mapped is not None:
        told["Map of changes"] = mapping.report(measured.mapped)
    return told


def save(request: Request, measured: Measured) -> None:
    """Write the document and the record that were asked for."""
    if request.markdown:
        held = request.markdown.read_text(encoding="utf-8") if request.markdown.exists() else TITLE
        request.markdown.write_text(updated(held, report(measured)), encoding="utf-8")
    if request.json:
        request.json.write_text(json.dumps(asdict(measured), indent=1), encoding="utf-8")


def _against_decoding(measured: Measured) -> str:
    decoding, alone = (median(_seconds(each)) for each in (measured.decoded, measured.alone))
    verifying = _seconds(measured.verified)
    late, bar = _percentile(verifying, 0.95), DECODINGS * decoding + ALLOWANCE
    strict = DECODINGS * alone + ALLOWANCE
    rows = [
        ("decoding, alone, median", f"{1000 * alone:.0f} ms", ""),
        (f"decoding, {measured.parallel} at a time, median", f"{1000 * decoding:.0f} ms", "1.0"),
        (f"verification, {measured.parallel} at a time, median", f"{1000 * median(verifying):.0f} ms", _times(median(verifying), decoding)),
        (f"verification, {measured.parallel} at a time, 95 of 100", f"{1000 * late:.0f} ms", _times(late, decoding)),
        (f"the bar, {DECODINGS} × decoding so + 300 ms", f"{1000 * bar:.0f} ms", _times(bar, decoding)),
        ("95 of 100 against that bar", "", number(late / bar, 2)),
        ("95 of 100 against the bar with decoding alone", "", number(late / strict, 2)),
    ]  # fmt: skip
    heading = f"{measured.pixels / 1e6:.1f} megapixels, JPEG {QUALITY}; {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}."
    return f"{heading}\n\n{table(('', 'time', 'decodings'), rows)}\n\n{_by_kind(measured, decoding)}"


def _by_kind(measured: Measured, decoding: float) -> str:
    """Each kind of file; its CPU time, a mean since the kernel counts it in ticks, says most where others work as well."""
    unit = mean(each.processor for each in measured.decoded)
    rows = []
    for kind in dict.fromkeys(each.kind for each in measured.verified):
        alike = [each for each in measured.verified if each.kind == kind]
        seconds, processor = _seconds(alike), mean(each.processor for each in alike)
        middle, late = median(seconds), _percentile(seconds, 0.95)
        times = [f"{1000 * each:.0f}" for each in (processor, middle, late)]
        rows.append(
            (
                kind,
                times[0],
                _times(processor, unit),
                *times[1:],
                _times(middle, decoding),
                _times(late, decoding),
            )
        )
    head = (
        "file",
        "CPU ms, mean",
        "in decodings",
        "ms, median",
        "ms, 95 of 100",
        "in decodings",
        "95 of 100 in decodings",
    )
    return f"Decoding takes {1000 * unit:.0f} ms of CPU.\n\n{table(head, rows)}"


def _files(folder: Path, path: Path, other: Path, pixels: int) -> list[tuple[str, Path]]:
    """The edited copies of a picture that is marked for it, and a picture that is not, by their kinds."""
    large, stranger = (mapping.of_size(read(each), pixels) for each in (path, other))
    source = folder / "source.png"
    Image.fromarray(large).save(source, compress_level=1)
    original: Original = works.original(works.mark(source))
    made = {name: edited(original, KINDS[name], (stranger,), number=0, seed=SEED) for name in EDITS}
    made[FOREIGN] = Shown.untouched(stranger)
    return [_written(folder, name, shown.rgb, pixels) for name, shown in made.items()]


def _written(folder: Path, name: str, rgb: Picture, pixels: int) -> tuple[str, Path]:
    """As JPEG, brought back to the size of all where the edit made it another one."""
    path, factor = folder / f"{name}.jpg", (pixels / (rgb.shape[0] * rgb.shape[1])) ** 0.5
    sized = resized(rgb, rgb.shape[1] * factor, rgb.shape[0] * factor)
    Image.fromarray(sized).save(path, quality=QUALITY)
    return name, path


def _decode(file: tuple[str, Path]) -> Run:
    data = file[1].read_bytes()
    return _timed(file[0], lambda: Image.open(io.BytesIO(data)).load())


def _verify(file: tuple[str, Path]) -> Run:
    return _timed(file[0], lambda: examine(file[1], file[1].name))


def _timed(kind: str, step: Callable[[], object]) -> Run:
    begin, spent = time.perf_counter(), processor_seconds()
    step()
    return Run(kind, time.perf_counter() - begin, processor_seconds() - spent)


def _seconds(runs: Sequence[Run]) -> list[float]:
    return sorted(each.seconds for each in runs)


def _percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def _times(seconds: float, decoding: float) -> str:
    return number(seconds / decoding, 1) if decoding else number(None, 1)
