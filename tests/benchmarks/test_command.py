"""``manage.py benchmark``."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from PIL import Image

from config.management.commands.benchmark import PARTS, PEERS
from tests.benchmarks.watermark import benchmark, peers
from tests.conftest import photograph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One small picture, too small for peers."""
    folder = tmp_path / "mine"
    folder.mkdir()
    Image.fromarray(photograph(256, 320)).save(folder / "a.png")
    return folder


def _benchmark(*arguments: object) -> tuple[str, str]:
    written, told = StringIO(), StringIO()
    call_command("benchmark", *map(str, arguments), stdout=written, stderr=told)
    return written.getvalue(), told.getvalue()


def _refuses(arguments: Sequence[object], reason: str) -> None:
    with pytest.raises(CommandError, match=reason) as refusal:
        _benchmark(*arguments)

    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)


def test_it_measures_robustness_when_nothing_else_is_asked_for(folder: Path) -> None:
    text, told = _benchmark("watermark", "--images", folder, "--attacks", "none,jpeg_q95")

    assert "## Robustness: mine" in text
    assert "| jpeg_q95 | core | 100 % |" in text
    assert "1/1 a.png" in told


def test_it_puts_what_it_measured_into_a_document_and_a_record(folder: Path, tmp_path: Path) -> None:
    document, record = tmp_path / "watermark.md", tmp_path / "record.json"
    document.write_text("# Mine\n\nWords.\n\n## False positives\n\nold\n", encoding="utf-8")

    options = ("--false-positives", "--curve", "--attacks", "none", "--markdown", document, "--json", record)
    _benchmark("watermark", "--images", folder, *options)

    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Mine\n\nWords.\n\n## False positives\n\nmine; rounds of keys: 1.")
    assert "(watermark-curve.svg)" in text
    assert (tmp_path / "watermark-curve.svg").read_text(encoding="utf-8").startswith("<svg")
    assert [
        len(json.loads(record.read_text())[part]) for part in ("False positives", "Hit rate against PSNR")
    ] == [2, 5]


def test_it_begins_a_document_where_there_is_none(folder: Path, tmp_path: Path) -> None:
    _benchmark("watermark", "--images", folder, "--attacks", "none", "--markdown", tmp_path / "new.md")

    assert (tmp_path / "new.md").read_text(encoding="utf-8").startswith("# Watermark\n\n## Robustness: mine")


def test_it_says_which_peers_are_absent_and_how_to_install_them(folder: Path) -> None:
    _, told = _benchmark("watermark", "--images", folder, "--attacks", "none", "--peers", "rivaGan")

    assert ("rivaGan is left out" in told and peers.INSTALL in told) == bool(peers.missing("rivaGan"))


def test_it_makes_pictures(tmp_path: Path) -> None:
    text, _ = _benchmark("pictures", "--out", tmp_path / "made", "--only", "small,dark")

    assert text.split() == [str(tmp_path / "made" / name) for name in ("small.png", "dark.png")]
    assert all(Path(path).is_file() for path in text.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("watermark", "--images", "nowhere"), "expected a folder of pictures, found none at nowhere"),
        (("watermark", "--images", "config/locale"), "found none"),
        (("watermark", "--images", "docs/images", "static/images"), "expected folders of different names"),
        (("pictures", "--out", "nowhere", "--only", "bright"), "found bright"),
        (
            ("pictures", "--out", "manage.py"),
            "expected a folder that pictures can be written into at manage.py",
        ),
        (("pictures", "--out", "manage.py/made"), "written into at manage.py/made, found: .*Not a directory"),
    ],
)
def test_it_refuses_what_it_cannot_measure(arguments: tuple[str, ...], reason: str) -> None:
    _refuses(arguments, reason)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--jobs", "0"), "expected jobs from 1 to [0-9]+, the number of CPUs, found 0"),
        (("--jobs", "-1"), "found -1"),
        (("--jobs", "100000"), "found 100000"),
        (("--limit", "-1"), "expected a limit of 1 or more, or 0 for every picture, found -1"),
        (("--rounds", "0"), "expected rounds of 1 or more, found 0"),
        (("--peers", "best"), "expected peers out of dwtDctSvd, rivaGan, blind-watermark, found best"),
        (("--tiers", "core,soft"), "expected tiers out of core, hard, extreme, found soft"),
        (
            ("--attacks", "none, zzz*,kick"),
            r"attacks \(core, hard, extreme\), found none that fits zzz\*, kick$",
        ),
        (("--tiers", "core", "--attacks", "jpeg_q10"), r"attacks \(core\), found none that fits jpeg_q10$"),
        (
            ("--json", "nowhere/a.json"),
            "expected a place that can be written to, found none at nowhere/a.json",
        ),
        (("--json", "manage.py/a.json"), "found none at manage.py/a.json"),
        (("--markdown", "nowhere/a.md"), "found none at nowhere/a.md"),
        (("--markdown", "docs"), "expected a file to write, found a folder at docs"),
        (("--markdown", "docs/images/home-en-dark.png"), "expected a document in UTF-8 at docs"),
    ],
)
def test_it_refuses_options_before_it_measures(options: tuple[str, ...], reason: str) -> None:
    _refuses(("watermark", "--images", "docs/images", *options), reason)


def test_it_refuses_a_place_for_the_curve_that_is_a_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a-curve.svg").mkdir()

    _refuses(
        ("watermark", "--images", folder, "--curve", "--markdown", tmp_path / "a.md"),
        "folder at .*a-curve.svg$",
    )


def test_it_leaves_out_files_that_cannot_be_read(folder: Path) -> None:
    (folder / "b.png").write_text("no picture")

    text, told = _benchmark("watermark", "--images", folder, "--attacks", "none")

    assert "b.png is left out: expected a picture, found a file that cannot be read" in told
    assert "1/1 a.png" in told
    assert "## Robustness: mine" in text


def test_it_refuses_a_folder_of_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")

    _refuses(("watermark", "--images", tmp_path), "that can be read in .*, found none$")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_leaves_in_order_when_it_is_told_to_end(folder: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)

    class Ending(StringIO):
        def write(self, text: str) -> int:
            os.kill(os.getpid(), number)
            return super().write(text)

    with pytest.raises(SystemExit, match=str(128 + number)):
        call_command("benchmark", "pictures", "--out", str(folder), "--only", "small", stdout=Ending())
    assert signal.getsignal(number) == before


def test_it_says_where_the_benchmark_is_when_only_the_site_is_installed(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.ROOT = tmp_path

    with pytest.raises(CommandError, match="run it from a full checkout"):
        _benchmark("pictures", "--out", tmp_path)


def test_it_offers_every_part_and_peer_that_there_is() -> None:
    assert set(PARTS) == set(benchmark.PARTS)
    assert set(PEERS) == set(peers.PEERS)


@pytest.mark.parametrize("option", ["--withdrawals", "--rate"])
def test_it_measures_withdrawals_of_at_least_one(option: str) -> None:
    _refuses(["withdrawal", option, 0], "expected at least one withdrawal and one download a second")
