"""Costs as a table, each beside its bar."""

from tests.benchmarks.watermark.cost import BARS, MEMORY_BAR, THROUGHPUT_BAR, Cost
from tests.benchmarks.watermark.table import table


def report(cost: Cost) -> str:
    """Ratios of CPU time, then memory and throughput."""
    rows = [
        [
            step,
            " + ".join(BARS[step][0]),
            f"≤ {BARS[step][1]:g}",
            *(f"{cost.ratio(step, each):.2f}" for each in CODECS),
        ]
        for step in BARS
    ]
    memory = (
        f"Memory of the process that reads 100 megapixels without a mark: {_mega(cost.peak.peak)} at its peak "
        f"(bar: {_mega(MEMORY_BAR)}), of which {_mega(cost.peak.picture)} are the picture that it is given and "
        f"{_mega(cost.peak.peak - cost.peak.before)} the detector's."
    )
    throughput = (
        f"Two worker processes mark and read {cost.throughput:.2f} times as many pictures as one "
        f"(bar: {THROUGHPUT_BAR:g})."
    )
    return "\n\n".join(
        [
            f"Pictures: {len(cost.seconds)}, of {cost.megapixels:g} megapixels, as JPEG 90; CPU time on one thread.",
            table(["step", "to", "bar", *(f"ratio ({each})" for each in CODECS)], rows, named=2),
            memory,
            throughput,
        ]
    )


CODECS = ("Pillow", "OpenCV")


def _mega(count: float) -> str:
    return f"{count / 1e6:.0f} MB"
