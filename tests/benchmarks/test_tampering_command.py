"""``manage.py benchmark tampering`` and ``verification``, from pictures in a folder to tables."""

from __future__ import annotations

import json
import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from tests.benchmarks.tampering import latency, mapping, site
from tests.benchmarks.tampering.asking import Corpus, ask, processor_seconds
from tests.benchmarks.tampering.corpus import Case, Stage
from tests.benchmarks.tampering.works import add_owner, mark, original, try_to_mark
from tests.conftest import photograph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures: two to mark, of which one is too small for that, and one to take from."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, height, seed in (("a", 288, 1), ("b", 24, 2), ("c", 288, 3)):
        Image.fromarray(photograph(height, 384, seed)).save(folder / f"{name}.png")
    return folder


def _benchmark(*arguments: object) -> tuple[str, str]:
    written, told = StringIO(), StringIO()
    call_command("benchmark", *map(str, arguments), stdout=written, stderr=told)
    return written.getvalue(), told.getvalue()


def test_it_measures_on_a_site_of_its_own_and_goes_on_where_it_ended(folder: Path, tmp_path: Path) -> None:
    run, record, document = tmp_path / "run", tmp_path / "record.json", tmp_path / "tampering.md"
    options = ("tampering", "--images", folder, "--copies", 1, "--unrelated", 1, "--keep", run)
    environment = dict(os.environ)

    text, told = _benchmark(*options, "--kinds", "label_boxed,png", "--json", record, "--markdown", document)
    _, told_again = _benchmark(*options, "--kinds", "label_boxed,png,chat")

    assert "a.png: marked" in told
    assert "b.png: left out, expected" in told
    assert "| edited copies: the right work is found | ≥ 98 % | 100.0 % | 1 / 1 |" in text
    assert "| unrelated pictures: said to be ours | 0 | 0.0 % | 0 / 1 |" in text
    assert "## Untouched copies" in document.read_text(encoding="utf-8")
    answers = json.loads(record.read_text(encoding="utf-8"))["answers"]
    assert [each["case"] for each in answers] == [
        "edited-label_boxed-0",
        "recompressed-png-0",
        "unrelated-unrelated-0",
    ]
    assert answers[0]["processor"] > 0
    assert "a.png: marked" not in told_again
    assert "1/1 recompressed-chat-0: found" in told_again
    assert (run / "site" / "yinji.sqlite3").is_file()
    assert [path.stem for path in (run / "copies").iterdir()] == ["edited-label_boxed-0"]
    assert {name: os.environ.get(name) for name in environment} == environment


def test_it_refuses_a_folder_of_pictures_that_cannot_be_marked(tmp_path: Path) -> None:
    for number in range(3):
        Image.fromarray(photograph(20, 24)).save(tmp_path / f"{number}.png")

    with pytest.raises(CommandError, match="expected a picture that can be marked, found none"):
        _benchmark("tampering", "--images", tmp_path, "--unrelated", 0)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("tampering", "--images", "nowhere"), "expected a folder of pictures, found none at nowhere"),
        (("tampering", "--images", "docs/images", "--limit", "2"), "expected 3 pictures or more"),
        (("tampering", "--images", "docs/images", "--jobs", "0"), "expected jobs from 1 to"),
        (
            ("verification", "--images", "docs/images", "--rounds", "0"),
            "expected rounds of 1 or more, found 0",
        ),
        (("verification", "--images", "docs/images", "--json", "docs"), "expected a file to write"),
        (
            ("verification", "--images", "docs/images", "--parallel", "0"),
            "expected 1 to 64 verifications at a time, found 0",
        ),
    ],
)
def test_it_refuses_what_it_cannot_measure(arguments: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason) as refusal:
        _benchmark(*arguments)

    assert refusal.value.returncode == 2


def test_it_wants_two_pictures_to_time_with(tmp_path: Path) -> None:
    Image.fromarray(photograph(64, 64)).save(tmp_path / "a.png")

    with pytest.raises(CommandError, match=r"expected two pictures or more in .*, found 1"):
        _benchmark("verification", "--images", tmp_path)


@pytest.mark.django_db(transaction=True)
def test_it_asks_about_every_stage(folder: Path, tmp_path: Path) -> None:
    from accounts.users.services import publish_agreement

    publish_agreement()
    add_owner()
    code = mark(folder / "a.png")
    corpus = Corpus(tmp_path, (folder / "c.png",), seed=3)

    cropped, whole, stranger = (
        ask(corpus, case)
        for case in (
            Case(Stage.EDITED, "screenshot", 0, code),
            Case(Stage.RECOMPRESSED, "jpeg_85", 0, code),
            Case(Stage.UNRELATED, "unrelated", 2),
        )
    )

    assert original(code).label is not None
    assert (cropped.is_found, cropped.truth, cropped.ending) == (True, (), "jpeg_70")
    assert (whole.is_found, whole.regions, whole.verdict) == (True, (), "confirmed")
    assert (stranger.found, stranger.work) == (None, None)
    assert [path.stem for path in tmp_path.glob("*.jpeg")] == ["edited-screenshot-0"]
    assert try_to_mark(folder / "b.png")[0] is None


def test_it_times_verification_against_decoding(folder: Path, tmp_path: Path) -> None:
    request = latency.Request(folder, 1, 120_000, 1, tmp_path / "a.md", tmp_path / "a.json")

    measured = latency.run(request, (folder / "a.png", folder / "c.png"), print)
    latency.save(request, measured)

    kinds = {*latency.EDITS, latency.FOREIGN}
    assert {each.kind for each in measured.verified} == kinds
    assert len(measured.alone) == 3 * len(kinds)
    assert (measured.mapped is not None) == mapping.is_there()
    assert "| 95 of 100 against that bar |" in latency.report(measured)["Verification against decoding"]
    assert (
        (tmp_path / "a.md")
        .read_text(encoding="utf-8")
        .startswith("# Verification\n\n## Verification against")
    )
    assert json.loads((tmp_path / "a.json").read_text())["pixels"] == 120_000


def test_it_counts_the_time_of_this_process() -> None:
    before = processor_seconds()
    while time.process_time() < before + 0.05 and processor_seconds() <= before:
        sum(range(10_000))

    assert processor_seconds() >= before


def test_it_forgets_every_setting_of_the_site_that_started_it(tmp_path: Path) -> None:
    with site.processes(tmp_path, 1) as pool:
        data, language = pool.apply(_settings)

    assert (data, language) == (str(tmp_path), "zh-hans")


def _settings() -> tuple[str, str]:
    from django.conf import settings

    return str(settings.DATA), settings.ENVIRONMENT["YINJI_LANGUAGE"]
