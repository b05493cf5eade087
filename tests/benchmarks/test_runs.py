"""Whole runs on small pictures: what is measured, in this process and in others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.benchmarks.watermark import cost, false_alarms, registered, runs
from tests.benchmarks.watermark.attacks import SEED
from tests.benchmarks.watermark.enlargement import enlarged
from tests.benchmarks.watermark.folder import pictures_in, read
from tests.benchmarks.watermark.memory import highest_so_far, peak_of_detect
from tests.benchmarks.watermark.peers import PEERS, RivaGan, missing
from tests.benchmarks.watermark.pictures import KINDS
from tests.benchmarks.watermark.runs import Plan
from tests.benchmarks.watermark.schemes import Refused, Yinji
from tests.conftest import photograph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small pictures, one of them too small to be marked, and a file that is none."""
    Image.fromarray(photograph(256, 320)).save(tmp_path / "a.png")
    Image.fromarray(photograph(40, 60)).save(tmp_path / "b.png")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_it_marks_attacks_and_reads_back(folder: Path) -> None:
    plan = Plan(pictures_in(folder), ("none", "invert"), (Yinji(),), SEED)

    (marked,), (refused,) = runs.run(plan)

    assert all(marked.hits(reading) for reading in marked.readings)
    assert [marked.accuracy(reading) for reading in marked.readings] == [1.0, 1.0]
    assert marked.quality is not None
    assert marked.quality.psnr > 34
    assert refused.refusal is not None
    assert [reading.answer for reading in refused.readings] == [None, None]


def test_it_finds_in_other_processes_what_it_finds_in_this_one(folder: Path) -> None:
    plan = Plan(pictures_in(folder), ("none",), (Yinji(),), SEED)

    answers = [[trial.readings[0].answer for (trial,) in runs.run(plan, jobs)] for jobs in (1, 2)]

    assert answers[0] == answers[1]


def test_it_calls_on_unmarked_pictures_and_on_those_of_another_key(folder: Path) -> None:
    watch = false_alarms.Watch(pictures_in(folder), ("none",), SEED)

    calls = [call for made in false_alarms.run(watch) for call in made]

    assert [call.kind for call in calls] == ["unmarked", "marked under another key", "unmarked"]
    assert all(call.answer is None for call in calls)


def test_it_asks_with_the_marked_file_at_hand(folder: Path) -> None:
    survey = registered.Survey(pictures_in(folder), ("jpeg_q95",), SEED)

    verdicts, none = registered.run(survey)

    assert len(verdicts) == 6
    assert all(verdict.is_right for verdict in verdicts)
    assert none == ()


def test_it_bounds_false_alarms_by_design_below_what_is_allowed() -> None:
    assert false_alarms.BOUND_BY_DESIGN < false_alarms.LIMIT


def test_it_leaves_out_pictures_cut_short(folder: Path) -> None:
    whole, told = (folder / "a.png").read_bytes(), list[str]()
    (folder / "a.png").write_bytes(whole[: len(whole) // 2])

    assert [path.name for path in pictures_in(folder, tell=told.append)] == ["b.png"]
    assert [line.split(":")[0] for line in told] == [f"{folder / 'a.png'} is left out"]


def test_it_spreads_a_limit_over_the_folder(tmp_path: Path) -> None:
    for number in range(6):
        Image.new("L", (1, 1)).save(tmp_path / f"{number}.png")

    assert [path.stem for path in pictures_in(tmp_path, 3)] == ["0", "2", "4"]
    assert len(pictures_in(tmp_path, 9)) == 6


def test_it_reads_pictures_as_they_are_shown(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (9, 5), (10, 20, 30, 0))
    clear.save(tmp_path / "clear.png")
    turned = Image.new("RGB", (9, 5))
    turned.getexif()[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=turned.getexif())

    assert (read(tmp_path / "clear.png") == 255).all()
    assert read(tmp_path / "turned.jpg").shape == (9, 5, 3)


def test_it_measures_every_step_that_a_bar_is_set_for() -> None:
    seconds = cost.seconds_of(photograph(96, 128), tries=1)

    assert set(cost.BARS) <= set(seconds)
    assert all(value >= 0 for value in seconds.values())


def test_it_lets_two_processes_mark_and_read() -> None:
    assert cost.throughput(photograph(256, 320), tasks=1, tries=1) > 0


def test_it_learns_the_peak_of_a_process_of_its_own() -> None:
    peak = peak_of_detect(256)

    assert peak.picture == 256 * 256 * 3
    assert peak.picture < peak.before <= peak.peak
    assert highest_so_far() > peak.picture


def test_it_enlarges_with_detail() -> None:
    small = photograph(100, 120)

    large = enlarged(small, 300, 500)

    assert large.shape == (300, 500, 3)
    assert (
        np.abs(np.diff(large.astype(int), axis=1)).mean()
        > 0.8 * np.abs(np.diff(small.astype(int), axis=1)).mean()
    )
    assert enlarged(small, 50, 60).shape == (50, 60, 3)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"large", "mountains", "dunes", "garden"}))
def test_it_makes_each_kind_of_picture_the_same_every_time(name: str) -> None:
    picture = KINDS[name]()

    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert picture.min() < picture.max()
    assert np.array_equal(picture, KINDS[name]())


def test_it_makes_dark_and_white_pictures_as_dark_and_white_as_they_are_called() -> None:
    assert KINDS["dark"]().max() <= 30
    assert KINDS["nearly_white"]().min() >= 243


def test_it_keeps_peers_from_pictures_too_small_for_them() -> None:
    tiny = photograph(100, 100)

    assert RivaGan().detect(tiny) is None
    with pytest.raises(Refused, match="expected 65536 pixels or more, found 10000"):
        RivaGan().embed(tiny, 1)


def test_it_knows_what_each_peer_needs() -> None:
    assert all(
        set(missing(name)) < {"invisible-watermark", "PyWavelets", "onnxruntime", "blind-watermark"}
        for name in PEERS
    )
