"""What marking and reading cost, as ratios within one run, so that they carry from machine to machine.

CPU time on one thread, the smallest of several tries: what else runs on the machine only ever adds. A file is decoded
and encoded by Pillow, as the site does it, and beside that by OpenCV.
"""

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import mean

import cv2
import numpy as np
from PIL import Image

from marking.marks.watermark import detect, embed
from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.enlargement import enlarged
from tests.benchmarks.watermark.memory import Peak, peak_of_detect
from tests.benchmarks.watermark.runs import timed
from tests.benchmarks.watermark.workers import workers

HEIGHT, WIDTH = 3000, 4000  # pixels; 12 megapixels
MEMORY_SIDE = 10_000  # pixels; 100 megapixels
QUALITY = 90  # of the JPEG files
PAYLOAD = 0x59494E4A4931
TRIES = 3
TASKS = 4  # pictures that each worker marks and reads for the throughput

# The steps whose sum each step is compared with, and the largest ratio allowed.
BARS: dict[str, tuple[tuple[str, ...], float]] = {
    "embed": (("decode", "encode"), 0.5),
    "detect, little harmed": (("decode",), 3.0),
    "detect, unmarked": (("decode",), 10.0),
    "detect, marked and mirrored": (("decode",), 10.0),
}
MEMORY_BAR = 600e6  # bytes, of the process that reads 100 megapixels
THROUGHPUT_BAR = 1.8  # of two worker processes, to one


@dataclass(frozen=True)
class Cost:
    """CPU seconds of every step, a mapping for each picture; peak memory; throughput of two processes to one."""

    megapixels: float
    seconds: tuple[dict[str, float], ...]
    peak: Peak
    throughput: float

    def ratio(self, step: str, codec: str) -> float:
        """A step to what it is compared with, files handled by ``Pillow`` or ``OpenCV``: mean over the pictures."""
        against = [f"{each} ({codec})" for each in BARS[step][0]]
        return mean(each[step] / sum(each[other] for other in against) for each in self.seconds)


def measure(
    pictures: Iterable[Picture],
    height: int = HEIGHT,
    width: int = WIDTH,
    memory_side: int = MEMORY_SIDE,
    tasks: int = TASKS,
) -> Cost:
    """The cost for pictures enlarged to a size; the memory for a square of another side."""
    large = [enlarged(picture, height, width) for picture in pictures]
    with workers(1) as pool:
        seconds = tuple(pool.map(seconds_of, large, chunksize=1))
    return Cost(height * width / 1e6, seconds, peak_of_detect(memory_side), throughput(large[0], tasks))


def seconds_of(picture: Picture, tries: int = TRIES) -> dict[str, float]:
    """CPU seconds of every step on one picture."""
    file, marked_file = _encoded(picture), _encoded(embed(picture, PAYLOAD))
    marked = _decoded(marked_file)
    mirrored = np.ascontiguousarray(marked[:, ::-1])
    numbers = np.frombuffer(file, np.uint8)
    steps: dict[str, Callable[[], object]] = {
        "decode (Pillow)": lambda: _decoded(file),
        "encode (Pillow)": lambda: _encoded(picture),
        "decode (OpenCV)": lambda: cv2.imdecode(numbers, cv2.IMREAD_COLOR),
        "encode (OpenCV)": lambda: cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY]),
        "embed": lambda: embed(picture, PAYLOAD),
        "detect, little harmed": lambda: detect(marked),
        "detect, unmarked": lambda: detect(picture),
        "detect, marked and mirrored": lambda: detect(mirrored),
    }
    rounds = [{name: timed(step)[1] for name, step in steps.items()} for _ in range(tries)]
    return {name: min(each[name] for each in rounds) for name in steps}


def throughput(picture: Picture, tasks: int = TASKS, tries: int = TRIES) -> float:
    """Pictures marked and read by two processes to those by one in the same time, by the clock: the best tries."""
    file = _encoded(picture)
    with workers(2) as pool:
        pool.map(_work, [file] * 4, chunksize=1)  # both are awake
        alone = min(
            _elapsed(lambda: [pool.apply(_work, (file,)) for _ in range(tasks)]) for _ in range(tries)
        )
        both = min(_elapsed(lambda: pool.map(_work, [file] * 2 * tasks, 1)) for _ in range(tries))
    return 2 * alone / both


def _elapsed(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def _work(file: bytes) -> bool:
    """What a worker does for one work: decode, mark, encode, and read the mark in the file it made."""
    return detect(_decoded(_encoded(embed(_decoded(file), PAYLOAD)))) is not None


def _encoded(picture: Picture) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def _decoded(file: bytes) -> Picture:
    return np.asarray(Image.open(io.BytesIO(file)))
