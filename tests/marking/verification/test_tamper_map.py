"""What was changed, to look at and to read …"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.report import Change, Evidence, Finding, Layer, MarkedHere, Report, State
from marking.verification.tamper_map import REGIONS, WHOLE, ShownMap, tamper_map, upload_size
from tests.marking.verification.kept_reports import altered_report, three_views
from tests.marking.verification.marked_files import CODE


def map_of(*changes: Change) -> ShownMap:
    found = tamper_map(altered_report(changes))
    assert found is not None
    return found


def test_it_is_absent_where_nothing_was_compared_or_changed() -> None:
    assert tamper_map(altered_report(())) is None
    assert tamper_map(replace(altered_report(), marked_here=None)) is None


def test_it_numbers_regions_and_tells_of_the_whole_apart() -> None:
    found = tamper_map(altered_report())
    assert found is not None
    assert [(each.number, each.place, each.share, each.confidence) for each in found.regions] == [
        (1, "at the upper left", "about 1 % of the picture", "almost certain"),
        (2, "at the lower right", "less than a hundredth of the picture", "probable"),
    ]
    assert found.whole == ["Cropped: a part of the released picture is not in this file."]
    assert found.pictures is None


def test_it_shows_the_pictures_also_where_nothing_was_changed() -> None:
    found = tamper_map(altered_report((), views=three_views()))
    assert found is not None
    assert found.pictures is not None
    assert found.pictures.map.startswith("data:image/jpeg;base64,/9j/")
    assert (found.pictures.width, found.pictures.height) == (40, 32)
    assert (found.regions, found.whole) == ([], [])


@pytest.mark.parametrize(
    ("box", "place"),
    [
        ((0, 0, 100, 100), "at the upper left"),
        ((450, 0, 100, 100), "at the top"),
        ((900, 0, 100, 100), "at the upper right"),
        ((0, 350, 100, 100), "at the left"),
        ((400, 300, 200, 200), "in the middle"),
        ((900, 350, 100, 100), "at the right"),
        ((0, 700, 100, 100), "at the lower left"),
        ((450, 700, 100, 100), "at the bottom"),
        ((900, 700, 100, 100), "at the lower right"),
        ((0, 0, 900, 800), "nearly the whole picture"),
    ],
)
def test_it_tells_where_a_region_is(box: tuple[int, int, int, int], place: str) -> None:
    assert map_of(Change("added", box, 0.3)).regions[0].place == place


@pytest.mark.parametrize("kind", [*REGIONS, *WHOLE, "kind of another version"])
def test_it_has_words_for_every_kind(kind: str) -> None:
    found = map_of(Change(kind, (0, 0, 10, 10), 0.3))
    told = [*found.whole, *(each.sentence for each in found.regions)]
    assert len(told) == 1
    assert told[0].endswith(".")


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.integers(-50, 3000)] * 2, *[st.integers(0, 3000)] * 2),
    st.floats(0, 1),
)
def test_it_takes_any_box(box: tuple[int, int, int, int], confidence: float) -> None:
    region = map_of(Change("added", box, confidence)).regions[0]
    assert region.place
    assert region.confidence in {"almost certain", "probable", "possible"}


def _fingerprint(**facts: int) -> Evidence:
    return Evidence(Layer.FINGERPRINT, Finding.NOT_FOUND, {"width": 300, "height": 200, **facts})


@pytest.mark.parametrize(
    ("turned", "size"), [(0, (300, 200)), (90, (200, 300)), (180, (300, 200)), (270, (200, 300))]
)
def test_it_knows_how_large_the_file_is_as_displayed(turned: int, size: tuple[int, int]) -> None:
    report = replace(altered_report(), evidence=(_fingerprint(turned=turned),))
    assert upload_size(report) == size


def test_without_a_size_the_boxes_give_one() -> None:
    origin = MarkedHere(CODE, State.ALTERED, changes=(Change("added", (5, 6, 10, 20), 1.0),))
    report = Report("a", altered_report().verdict, origin, ())
    assert upload_size(report) == (15, 26)
    assert upload_size(replace(report, marked_here=None)) == (1, 1)
