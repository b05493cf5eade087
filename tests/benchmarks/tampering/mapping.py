"""How long the map of changes takes at 12 megapixels, against decoding the same file."""

from __future__ import annotations

import importlib
import importlib.util
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import cv2
from PIL import Image

from marking.marks.explicit_label import Wording, draw
from tests.benchmarks.tampering.files import saved
from tests.benchmarks.tampering.suite import KINDS, Original, edited
from tests.benchmarks.watermark.attacks import SEED, Picture
from tests.benchmarks.watermark.attacks.pixels import to_rgb
from tests.benchmarks.watermark.enlargement import enlarged
from tests.benchmarks.watermark.table import number, table

QUALITY = 85
TRIES = 3
ROOM = "marking.comparison"
Result = TypeVar("Result")
EDITS = ("metadata_stripped", "face_blended", "everything")


@dataclass(frozen=True)
class Mapped:
    """Seconds of CPU, each the median of some tries: decoding the file, and finding its changes."""

    kind: str
    pixels: int
    decoding: float
    comparing: float


def is_there() -> bool:
    """Whether this version of the site compares pictures."""
    return importlib.util.find_spec(ROOM) is not None


def measure(rgb: Picture, other: Picture, *, pixels: int) -> list[Mapped]:
    """The picture, enlarged and labelled, against edited copies of it."""
    cv2.setNumThreads(1)
    compare = importlib.import_module(ROOM).compare
    registered, placement = draw(of_size(rgb, pixels), Wording.BOTH)
    original = Original("large", registered, placement.box)
    return [_mapped(compare, original, kind, other) for kind in EDITS]


def report(mapped: Sequence[Mapped]) -> str:
    """The table."""
    rows = [
        (each.kind, f"{each.pixels / 1e6:.1f}", *(f"{1000 * seconds:.0f}" for seconds in (each.decoding, each.comparing)),
         number(each.comparing / each.decoding, 1))
        for each in mapped
    ]  # fmt: skip
    head = ("file", "megapixels", "decoding, ms", "finding changes, ms", "decodings")
    heading = f"JPEG {QUALITY}, one process, one thread, its CPU time; the bar is 1,000 ms at 12 megapixels."
    return f"{heading}\n\n{table(head, rows)}"


def of_size(rgb: Picture, pixels: int) -> Picture:
    """The picture with so many pixels, and fine detail of its own, so that it decodes no faster than a photograph."""
    factor = (pixels / (rgb.shape[0] * rgb.shape[1])) ** 0.5
    return enlarged(rgb, round(rgb.shape[0] * factor), round(rgb.shape[1] * factor))


def _mapped(compare: Callable[..., object], original: Original, kind: str, other: Picture) -> Mapped:
    shown = edited(original, KINDS[kind], (other,), number=0, seed=SEED)
    data = saved("JPEG", shown.rgb, quality=QUALITY)[1]
    decoding, upload = _median(lambda: to_rgb(Image.open(io.BytesIO(data))))
    comparing, _ = _median(lambda: compare(upload, original.rgb, label_box=original.label))
    return Mapped(kind, upload.shape[0] * upload.shape[1], decoding, comparing)


def _median(step: Callable[[], Result]) -> tuple[float, Result]:
    taken = []
    for _ in range(TRIES):
        begin = time.process_time()
        result = step()
        taken.append(time.process_time() - begin)
    return median(taken), result
