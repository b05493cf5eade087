"""Peak memory of the detector, told by a process of its own: ``python -m tests.benchmarks.watermark.memory SIDE``.

The picture, SIDE x SIDE pixels of noise without a mark, is there before the detector starts, and is never copied. The
process prints one JSON object of bytes.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from marking.marks.watermark import detect
from tests.benchmarks.watermark.attacks import Picture

ROOT = Path(__file__).resolve().parents[3]
STATUS = Path("/proc/self/status")
STRIP = 100  # rows made at a time


@dataclass(frozen=True)
class Peak:
    """Bytes: of the picture, of the process before the detector ran, and of the process at its peak."""

    picture: int
    before: int
    peak: int


def peak_of_detect(side: int) -> Peak:
    """Measured in a fresh process, for a square picture."""
    command = [sys.executable, "-m", "tests.benchmarks.watermark.memory", str(side)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Peak(**json.loads(told.stdout))


def highest_so_far() -> int:
    """Most bytes that this process has held in memory.

    Linux tells the mark of this program alone; what ``getrusage`` tells there begins with that of the parent process.
    """
    if STATUS.exists():
        line = next(each for each in STATUS.read_text().splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _noise(side: int) -> Picture:
    """Made strip by strip, so that nothing larger than the picture was ever held."""
    picture = np.empty((side, side, 3), np.uint8)
    random = np.random.default_rng(1)
    for top in range(0, side, STRIP):
        strip = picture[top : top + STRIP]
        strip[...] = random.integers(0, 256, strip.shape, np.uint8)
    return picture


def main() -> None:
    """Print the peak for the side given on the command line."""
    cv2.setNumThreads(1)
    picture = _noise(int(sys.argv[1]))
    before = highest_so_far()
    detect(picture)
    print(json.dumps(asdict(Peak(picture.nbytes, before, highest_so_far()))))


if __name__ == "__main__":
    main()
