"""Measure the watermark on a folder of pictures: quality, cost against decoding, and recovery after attacks.

    python -m tests.benchmarks.watermark_benchmark FOLDER [--limit N]

Costs are ratios of CPU time within one run, on one thread: to the decode, and to the decode and encode, of the same
picture as JPEG 90. The attacks are those of the tests.
"""

import argparse
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import NamedTuple, TypeVar

import cv2
import numpy as np

from marking.marks.watermark import PAYLOAD_BITS, TooSmall, detect, embed
from tests.marking.marks.watermark.attacks import ATTACKS, Picture

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
Result = TypeVar("Result")
JPEG_90 = [cv2.IMWRITE_JPEG_QUALITY, 90]


class Measured(NamedTuple):
    """One picture: quality in dB, CPU seconds by step, and what each attack left (True, False, or wrong: None)."""

    psnr: float
    seconds: dict[str, float]
    recovered: dict[str, bool | None]


def main() -> None:
    """Print the tables for the folder named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="first N pictures only")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    paths = sorted(path for path in arguments.folder.iterdir() if path.suffix.lower() in SUFFIXES)
    measured = [found for path in paths[: arguments.limit or None] if (found := measure(path))]
    print(report(measured) if measured else f"no picture to mark in {arguments.folder}")


def measure(path: Path) -> Measured | None:
    """Mark one picture, attack it, and read it; None for a file that cannot be read or is too small."""
    read = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if read is None:
        return None
    picture = cv2.cvtColor(read, cv2.COLOR_BGR2RGB)
    payload = int.from_bytes(hashlib.sha256(path.name.encode()).digest()[: PAYLOAD_BITS // 8], "big")
    try:
        marked, embedding = timed(lambda: embed(picture, payload))
    except TooSmall:
        return None
    coded, encoding = timed(lambda: cv2.imencode(".jpg", marked, JPEG_90)[1])
    decoded, decoding = timed(lambda: cv2.imdecode(coded, cv2.IMREAD_COLOR))
    seconds = {"encode": encoding, "decode": decoding, "embed": embedding}
    seconds["detect, little harmed"] = timed(lambda: detect(decoded))[1]
    seconds["detect, mirrored"] = timed(lambda: detect(decoded[:, ::-1]))[1]
    seconds["detect, unmarked"] = timed(lambda: detect(picture))[1]
    return Measured(
        psnr(picture, marked), seconds, {name: read_back(marked, name, payload) for name in ATTACKS}
    )


def read_back(marked: Picture, attack: str, payload: int) -> bool | None:
    """Whether the payload came back; None for a wrong one."""
    found = detect(ATTACKS[attack](marked))
    if found is None:
        return False
    return True if found.payload == payload else None


def timed(step: Callable[[], Result]) -> tuple[Result, float]:
    """What a step gives, and its CPU seconds."""
    begin = time.process_time()
    result = step()
    return result, time.process_time() - begin


def psnr(one: Picture, other: Picture) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean(np.square(one.astype(np.float32) - other))))


def report(measured: list[Measured]) -> str:
    """The tables, in Markdown."""
    quality = [picture.psnr for picture in measured]
    total = {step: sum(picture.seconds[step] for picture in measured) for step in measured[0].seconds}
    base = {"embed": total["decode"] + total["encode"]}
    lines = [
        f"{len(measured)} pictures, PSNR {mean(quality):.2f} dB on average, {min(quality):.2f} dB at worst",
        "",
        "| step | ratio | to |",
        "|---|---:|---|",
    ]
    for step in total:
        if step not in {"encode", "decode"}:
            against = "decode + encode" if step in base else "decode"
            lines.append(f"| {step} | {total[step] / base.get(step, total['decode']):.2f} | {against} |")
    lines += ["", "| attack | recovered | wrong |", "|---|---:|---:|"]
    for attack in ATTACKS:
        outcomes = [picture.recovered[attack] for picture in measured]
        lines.append(f"| {attack} | {outcomes.count(True)}/{len(outcomes)} | {outcomes.count(None)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
