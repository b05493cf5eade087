"""Tables, limits, and the document they go to."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.watermark import (
    alarms_report,
    cost_report,
    curve,
    registered,
    registered_report,
    robustness_report,
)
from tests.benchmarks.watermark.attacks import Tier
from tests.benchmarks.watermark.cost import BARS, Cost
from tests.benchmarks.watermark.curve import Point
from tests.benchmarks.watermark.document import updated
from tests.benchmarks.watermark.drawing import draw
from tests.benchmarks.watermark.false_alarms import Call, upper_limit
from tests.benchmarks.watermark.memory import Peak
from tests.benchmarks.watermark.quality import Quality
from tests.benchmarks.watermark.registered import Verdict
from tests.benchmarks.watermark.runs import Reading, Trial
from tests.benchmarks.watermark.table import number, percent

QUALITY = Quality(42.0, 47.0, 0.99)
READ = Trial(
    "ours",
    "a.png",
    8,
    0b1111,
    QUALITY,
    10.0,
    readings=(Reading("none", 15, 5.0), Reading("blur_3", None, 5.0)),
)
MISREAD = Trial(
    "theirs", "a.png", 8, 0b1111, QUALITY, 9.0, readings=(Reading("none", 15, 5.0), Reading("blur_3", 7, 5.0))
)
REFUSED = Trial(
    "ours",
    "b.png",
    8,
    1,
    refusal="too small",
    readings=(Reading("none", None, None), Reading("blur_3", None, None)),
)


def test_it_puts_schemes_side_by_side() -> None:
    text = robustness_report.report([READ, MISREAD])

    assert "| core (1) | 100 % | 100.0 % (1 in full) | 100.0 % (1 in full) |" in text
    assert "| wrong payloads | 0 | 0 | 1 |" in text
    assert "Below the best peer: nowhere." in text
    assert "| blur_3 | extreme | 0 % | 0 % (0.88) |" in text
    assert "| a.png | 42.00 | 47.00 | 0.9900 | 1/1 | – | 0/1 |" in text


def test_it_says_where_a_peer_reads_more() -> None:
    better = replace(READ, scheme="theirs", readings=MISREAD.readings, payload=7)

    assert "Below the best peer: blur_3." in robustness_report.report([READ, better])


def test_it_counts_a_refused_picture_as_missed() -> None:
    text = robustness_report.report([READ, REFUSED])

    assert "| none | core | 50 % |" in text
    assert "| pictures refused |  | 1 |" in text
    assert "refused: too small" in text


def test_it_leaves_figures_out_where_nothing_was_marked() -> None:
    assert "| PSNR, mean (dB) | ≥ 42 | – |" in robustness_report.report([REFUSED])


def test_it_never_rounds_up_to_everything() -> None:
    assert percent(0.9999) == "99 %"
    assert percent(0.9999, 1) == "99.9 %"
    assert percent(1.0, 1) == "100.0 %"
    assert number(None, 1) == "–"


@pytest.mark.parametrize(("alarms", "limit"), [(0, 2.996), (1, 4.744), (2, 6.296), (5, 10.513)])
def test_it_limits_the_rate_as_tables_of_the_poisson_distribution_do(alarms: int, limit: float) -> None:
    """One-sided 95 % limits, Garwood, 1936, doi:10.1093/biomet/28.3-4.437."""
    assert upper_limit(alarms, 1000) == pytest.approx(limit / 1000, abs=1e-6)


def test_it_tells_copies_recognised_from_strangers_taken_for_one() -> None:
    told = [
        Verdict(registered.COPY, registered.BOTH_FILES, "a.png", "none", True, 9.0),
        Verdict(registered.COPY, registered.MARKED_FILE, "a.png", "none", False, 2.0),
        Verdict(registered.ORIGINAL, registered.BOTH_FILES, "a.png", "none", True, 6.0),
    ]

    text = registered_report.report(told)

    assert text.count("| none | core | 100.0 % | 0.0 % |") == 1
    assert "| the unmarked original | original and marked file | 1 | 1 | 4.7e+00 |" in text
    assert "missed" not in registered_report.report([told[0], replace(told[1], is_ours=True)])


def test_it_names_every_false_alarm() -> None:
    calls = [Call("unmarked", "a.png", "none", None), Call("unmarked", "a.png", "blur_1", 7)]

    text = alarms_report.report(calls)

    assert "| unmarked | 2 | 1 |" in text
    assert "| a.png | blur_1 | unmarked |" in text


def test_it_says_each_cost_beside_its_bar() -> None:
    steps = dict.fromkeys(BARS, 2.0)
    files = {f"{step} ({codec})": 4.0 for step in ("decode", "encode") for codec in cost_report.CODECS}
    cost = Cost(12, (steps | files,), Peak(300_000_000, 350_000_000, 450_000_000), 1.9)

    text = cost_report.report(cost)

    assert "| embed | decode + encode | ≤ 0.5 | 0.25 | 0.25 |" in text
    assert "| detect, unmarked | decode | ≤ 10 | 0.50 | 0.50 |" in text
    assert "450 MB at its peak (bar: 600 MB), of which 300 MB are the picture" in text
    assert "1.90 times" in text


def _curve() -> list[Point]:
    rates = {Tier.CORE: 1.0, Tier.HARD: 0.99, Tier.EXTREME: 0.6}
    return [Point("38 dB", 38.2, 43.0, rates, 0), Point("44 dB", 44.0, 48.0, dict.fromkeys(Tier, 0.5), 0)]


def test_it_draws_a_line_for_each_tier_within_its_frame() -> None:
    drawing = ElementTree.fromstring(draw(_curve()))
    lines = [each for each in drawing.iter() if each.tag.endswith("polyline")]
    points = [pair.split(",") for line in lines for pair in line.attrib["points"].split()]

    assert len(lines) == 3
    assert all(0 < float(x) < 640 and 0 < float(y) < 360 for x, y in points)


def test_it_writes_no_name_of_a_line_upon_another() -> None:
    drawing = ElementTree.fromstring(draw(_curve()))
    tiers = [float(each.attrib["y"]) for each in drawing.iter() if each.text in set(Tier)]

    assert all(math.fabs(one - other) >= 15 for one, other in pairwise(tiers))


def test_it_folds_trials_into_points_of_the_curve() -> None:
    points = curve.points([READ, REFUSED])

    assert [(point.target, point.psnr, point.rates) for point in points] == [
        ("ours", 42.0, {Tier.CORE: 0.5, Tier.EXTREME: 0.0})
    ]
    assert "![Share of exact payloads against PSNR, by tier](c.svg)" in curve.report(points, "c.svg")
    assert "c.svg" not in curve.report(points, None)
    assert curve.report(curve.points([REFUSED]), None) == "No picture was large enough to be marked."


def test_it_replaces_the_sections_measured_and_keeps_the_rest() -> None:
    document = "# Title\n\nWords.\n\n## Cost\n\nold\n\n## Limits\n\n### Detail\n\nkept\n"

    text = updated(document, {"Cost": "new", "More": "added"})

    assert text == (
        "# Title\n\nWords.\n\n## Cost\n\nnew\n\n## Limits\n\n### Detail\n\nkept\n\n## More\n\nadded\n"
    )


words = st.text("abc .\n", max_size=20)
headings = st.text("ABC", min_size=1, max_size=3)


@settings(max_examples=30, deadline=None)
@given(intro=words, sections=st.dictionaries(headings, words, max_size=4))
def test_it_changes_nothing_when_the_same_sections_are_put_again(
    intro: str, sections: dict[str, str]
) -> None:
    once = updated(intro, sections)

    assert updated(once, sections) == once
