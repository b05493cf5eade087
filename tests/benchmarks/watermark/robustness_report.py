"""Trials of several schemes as tables: the whole, attack by attack, and picture by picture."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from tests.benchmarks.watermark.attacks import ATTACKS, Tier
from tests.benchmarks.watermark.quality import Quality
from tests.benchmarks.watermark.runs import Reading, Trial
from tests.benchmarks.watermark.table import number, percent, table

EXPLANATION = "Share of exact payloads; in brackets, where some are missing, the mean share of right bits in the answers given."
BARS = {Tier.CORE: "100 %", Tier.HARD: "≥ 97 %", Tier.EXTREME: "≥ 60 %"}


@dataclass(frozen=True)
class Outcomes:
    """What one scheme did on all pictures."""

    trials: tuple[Trial, ...]

    def of(self, wanted: Callable[[str], bool]) -> list[tuple[Trial, Reading]]:
        """Every answer after the attacks wanted, by name."""
        return [
            (trial, reading) for trial in self.trials for reading in trial.readings if wanted(reading.attack)
        ]

    def rate(self, wanted: Callable[[str], bool]) -> float:
        """Share of exact payloads."""
        return mean(trial.hits(reading) for trial, reading in self.of(wanted))

    def wrong(self, wanted: Callable[[str], bool]) -> int:
        """Count of wrong payloads."""
        return sum(trial.errs(reading) for trial, reading in self.of(wanted))

    def accuracy(self, wanted: Callable[[str], bool]) -> float | None:
        """Mean share of right bits over the answers given."""
        shares = [trial.accuracy(reading) for trial, reading in self.of(wanted)]
        return average(share for share in shares if share is not None)

    def qualities(self, figure: Callable[[Quality], float]) -> list[float]:
        """One figure of every picture that was marked."""
        return [figure(trial.quality) for trial in self.trials if trial.quality]


def by_scheme(trials: Iterable[Trial]) -> dict[str, Outcomes]:
    """The trials of each scheme, in the order of their first."""
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(trial.scheme, []).append(trial)
    return {scheme: Outcomes(tuple(group)) for scheme, group in groups.items()}


def report(trials: Sequence[Trial]) -> str:
    """All tables for one set of pictures; the last one for the scheme measured first."""
    schemes = by_scheme(trials)
    attacks = [reading.attack for reading in trials[0].readings]
    own = next(iter(schemes.values()))
    return "\n\n".join(
        [
            f"Pictures: {len(own.trials)}; attacks: {len(attacks)}.",
            _summary(schemes, attacks),
            EXPLANATION,
            _attacks(schemes, attacks),
            *_below(schemes, attacks),
            "Picture by picture, for the first column.",
            _pictures(own),
        ]
    )


def average(values: Iterable[float]) -> float | None:
    """The mean, or None of nothing."""
    held = list(values)
    return mean(held) if held else None


def in_tier(tier: Tier) -> Callable[[str], bool]:
    """Whether an attack, by name, is in a tier."""
    return lambda attack: ATTACKS[attack].tier == tier


def _summary(schemes: dict[str, Outcomes], attacks: Sequence[str]) -> str:
    columns = list(schemes.values())
    rows = [
        ["bits", "48", *(str(each.trials[0].bits) for each in columns)],
        *(_quality_row(*figure, columns) for figure in _QUALITY_ROWS),
        [
            "pictures refused",
            "",
            *(str(sum(trial.refusal is not None for trial in each.trials)) for each in columns),
        ],
        ["embed, CPU ms a megapixel", "", *(number(_embed_cost(each), 0) for each in columns)],
        ["detect, untouched, CPU ms a megapixel", "", *(number(_detect_cost(each), 0) for each in columns)],
        *(_tier_row(tier, attacks, columns) for tier in Tier if any(map(in_tier(tier), attacks))),
        ["wrong payloads", "0", *(str(each.wrong(lambda _: True)) for each in columns)],
    ]
    return table(["", "bar", *schemes], rows)


_QUALITY_ROWS: tuple[
    tuple[str, str, Callable[[Quality], float], Callable[[Iterable[float]], float], int], ...
] = (
    ("PSNR, mean (dB)", "≥ 42", lambda quality: quality.psnr, mean, 2),
    ("PSNR, lowest (dB)", "", lambda quality: quality.psnr, min, 2),
    ("PSNR of flat tiles, mean (dB)", "≥ 46", lambda quality: quality.flat_psnr, mean, 2),
    ("SSIM, mean", "≥ 0.985", lambda quality: quality.ssim, mean, 4),
    ("SSIM, lowest", "", lambda quality: quality.ssim, min, 4),
)


def _quality_row(
    name: str,
    bar: str,
    figure: Callable[[Quality], float],
    fold: Callable[[Iterable[float]], float],
    digits: int,
    columns: Sequence[Outcomes],
) -> list[str]:
    found = [each.qualities(figure) for each in columns]
    return [name, bar, *(number(fold(values) if values else None, digits) for values in found)]


def _tier_row(tier: Tier, attacks: Sequence[str], columns: Sequence[Outcomes]) -> list[str]:
    names = [attack for attack in attacks if in_tier(tier)(attack)]
    return [f"{tier} ({len(names)})", BARS[tier], *(_tier_cell(each, names) for each in columns)]


def _tier_cell(outcomes: Outcomes, names: Sequence[str]) -> str:
    rates = [outcomes.rate(name.__eq__) for name in names]
    return f"{percent(mean(rates), 1)} ({sum(rate == 1 for rate in rates)} in full)"


def _embed_cost(outcomes: Outcomes) -> float | None:
    return average(trial.milliseconds for trial in outcomes.trials if trial.milliseconds is not None)


def _detect_cost(outcomes: Outcomes) -> float | None:
    answers = outcomes.of("none".__eq__)
    return average(reading.milliseconds for _, reading in answers if reading.milliseconds is not None)


def _attacks(schemes: dict[str, Outcomes], attacks: Sequence[str]) -> str:
    rows = [
        [attack, str(ATTACKS[attack].tier), *(_attack_cell(each, attack) for each in schemes.values())]
        for attack in attacks
    ]
    return table(["attack", "tier", *schemes], rows, named=2)


def _below(schemes: dict[str, Outcomes], attacks: Sequence[str]) -> list[str]:
    """The attacks on which the first scheme reads less than another; nothing where it is alone."""
    own, *others = schemes.values()
    names = [
        name for name in attacks if any(each.rate(name.__eq__) > own.rate(name.__eq__) for each in others)
    ]
    return [f"Below the best peer: {', '.join(names) or 'nowhere'}."] if others else []


def _attack_cell(outcomes: Outcomes, attack: str) -> str:
    rate, accuracy = outcomes.rate(attack.__eq__), outcomes.accuracy(attack.__eq__)
    return percent(rate) if rate == 1 or accuracy in {None, 1} else f"{percent(rate)} ({accuracy:.2f})"


def _pictures(outcomes: Outcomes) -> str:
    rows = [_picture_row(trial) for trial in outcomes.trials]
    return table(["picture", "PSNR (dB)", "flat tiles (dB)", "SSIM", *map(str, Tier)], rows)


def _picture_row(trial: Trial) -> list[str]:
    if trial.quality is None:
        return [trial.picture, f"refused: {trial.refusal}", "", "", "", "", ""]
    quality, outcomes = trial.quality, Outcomes((trial,))
    figures = [number(quality.psnr, 2), number(quality.flat_psnr, 2), number(quality.ssim, 4)]
    return [trial.picture, *figures, *(_share(outcomes, tier) for tier in Tier)]


def _share(outcomes: Outcomes, tier: Tier) -> str:
    answers = outcomes.of(in_tier(tier))
    return f"{sum(trial.hits(reading) for trial, reading in answers)}/{len(answers)}" if answers else "–"
