"""Registered detection as tables: what it recognises, where it errs, and on which attacks something is missed."""

from collections.abc import Callable, Sequence
from statistics import mean

from marking.marks.watermark.registered import LARGEST_FALSE_POSITIVE_PROBABILITY
from tests.benchmarks.watermark.attacks import ATTACKS, Tier
from tests.benchmarks.watermark.false_alarms import upper_limit
from tests.benchmarks.watermark.registered import BOTH_FILES, COPY, MARKED_FILE, Verdict
from tests.benchmarks.watermark.robustness_report import in_tier
from tests.benchmarks.watermark.table import percent, table

BARS = {Tier.CORE: "", Tier.HARD: "≥ 99.5 %", Tier.EXTREME: "≥ 90 %"}
HELD = (BOTH_FILES, MARKED_FILE)


def report(verdicts: Sequence[Verdict]) -> str:
    """Copies recognised by tier, wrong answers, and the attacks after which copies were missed."""
    copies = [each for each in verdicts if each.shown == COPY]
    strangers = [each for each in verdicts if each.shown != COPY]
    lines = [
        "Share of our own marked copies that are recognised as that, by what is held beside them.",
        table(["tier", "bar", *HELD], _tiers(copies)),
        "Where the answer has to be no.",
        table(["shown", "held", "calls", "wrong", "rate, 95 % upper limit"], _wrong(strangers), named=2),
        f"By design at most {LARGEST_FALSE_POSITIVE_PROBABILITY:.0e} for each call.",
    ]
    if missed := _missed(copies):
        lines += ["Attacks after which a copy was missed.", table(["attack", "tier", *HELD], missed, named=2)]
    return "\n\n".join(lines)


def _tiers(copies: Sequence[Verdict]) -> list[list[str]]:
    found = {ATTACKS[each.attack].tier for each in copies}
    return [
        [tier, BARS[tier], *(_share(copies, held, in_tier(tier)) for held in HELD)]
        for tier in Tier
        if tier in found
    ]


def _wrong(strangers: Sequence[Verdict]) -> list[list[str]]:
    rows = []
    for shown, held in dict.fromkeys((each.shown, each.held) for each in strangers):
        asked = [each for each in strangers if (each.shown, each.held) == (shown, held)]
        wrong = sum(not each.is_right for each in asked)
        rows.append([shown, held, str(len(asked)), str(wrong), f"{upper_limit(wrong, len(asked)):.1e}"])
    return rows


def _missed(copies: Sequence[Verdict]) -> list[list[str]]:
    names = [name for name in ATTACKS if any(each.attack == name and not each.is_right for each in copies)]
    return [
        [name, ATTACKS[name].tier, *(_share(copies, held, name.__eq__) for held in HELD)] for name in names
    ]


def _share(copies: Sequence[Verdict], held: str, wanted: Callable[[str], bool]) -> str:
    asked = [each.is_right for each in copies if each.held == held and wanted(each.attack)]
    return percent(mean(asked), 1)
