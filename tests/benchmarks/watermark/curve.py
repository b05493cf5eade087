"""How much more is read of a stronger mark: hit rate against PSNR."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from tests.benchmarks.watermark.attacks import Tier
from tests.benchmarks.watermark.robustness_report import Outcomes, by_scheme, in_tier
from tests.benchmarks.watermark.runs import Trial
from tests.benchmarks.watermark.schemes import Yinji
from tests.benchmarks.watermark.table import number, percent, table

TARGETS = (38.0, 40.0, 42.0, 44.0, 46.0)  # dB asked for


@dataclass(frozen=True)
class Point:
    """What was asked for, what came out, in dB, and the share of exact payloads of each tier."""

    target: str
    psnr: float
    flat_psnr: float
    rates: dict[Tier, float]
    wrong: int


def schemes(targets: Sequence[float] = TARGETS) -> tuple[Yinji, ...]:
    """The project's watermark at each strength, named by it."""
    return tuple(Yinji(name=f"{target:g} dB", target_psnr=target) for target in targets)


def points(trials: Sequence[Trial]) -> list[Point]:
    """A point for every scheme that marked a picture."""
    return [
        _point(name, outcomes)
        for name, outcomes in by_scheme(trials).items()
        if outcomes.qualities(lambda quality: quality.psnr)
    ]


def report(curve: Sequence[Point], drawing: str | None) -> str:
    """The table, and above it the drawing of that name."""
    if not curve:
        return "No picture was large enough to be marked."
    tiers = list(curve[0].rates)
    rows = [
        [
            point.target,
            number(point.psnr, 2),
            number(point.flat_psnr, 2),
            *(percent(point.rates[tier], 1) for tier in tiers),
            str(point.wrong),
        ]
        for point in curve
    ]
    head = ["asked for", "PSNR, mean (dB)", "flat tiles, mean (dB)", *map(str, tiers), "wrong"]
    shown = [f"![Share of exact payloads against PSNR, by tier]({drawing})"] if drawing else []
    return "\n\n".join([*shown, table(head, rows)])


def _point(name: str, outcomes: Outcomes) -> Point:
    measured = {reading.attack for trial in outcomes.trials for reading in trial.readings}
    return Point(
        name,
        mean(outcomes.qualities(lambda quality: quality.psnr)),
        mean(outcomes.qualities(lambda quality: quality.flat_psnr)),
        {tier: outcomes.rate(in_tier(tier)) for tier in Tier if any(map(in_tier(tier), measured))},
        outcomes.wrong(lambda _: True),
    )
