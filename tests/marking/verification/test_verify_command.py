"""``manage.py verify`` …"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from marking.management.commands.verify import text
from marking.registry.models import Registration
from marking.verification.presentation import shown
from marking.verification.report import Change, MarkedHere, Report, State, Verdict
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, MarkedFile, as_jpeg, png_of, with_label

pytestmark = pytest.mark.django_db


def verify(*files: Path, as_json: bool = False) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("verify", *map(str, files), json=as_json, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def released(registered: Registration, marked: MarkedFile, tmp_path: Path) -> Path:
    path = tmp_path / "released.png"
    path.write_bytes(marked.data)
    return path


@pytest.fixture
def unmarked(tmp_path: Path) -> Path:
    path = tmp_path / "unmarked.png"
    path.write_bytes(png_of(photograph(64, 64)))
    return path


def test_it_prints_the_contract(released: Path, unmarked: Path) -> None:
    code, out, err = verify(released, unmarked, as_json=True)
    reports = json.loads(out)["reports"]
    assert (code, err) == (0, "")
    assert [each["file"] for each in reports] == [str(released)[-120:], str(unmarked)[-120:]]
    assert [each["verdict"] for each in reports] == ["confirmed", "no_label_found"]
    assert reports[0]["marked_here"]["work"] == CODE


def test_it_tells_people_the_same(released: Path) -> None:
    code, out, _ = verify(released)
    assert code == 0
    assert "Confirmed: this is marked as AI-generated." in out
    assert f"{CODE}: This was marked here, and every mark is in place." in out
    assert "* Watermark: " in out


def test_it_tells_people_that_nothing_was_found(unmarked: Path) -> None:
    code, out, _ = verify(unmarked)
    assert code == 0
    assert "this proves nothing" in out


def test_lost_marks_are_a_finding(registered: Registration, marked: MarkedFile, tmp_path: Path) -> None:
    (tmp_path / "copy.jpg").write_bytes(as_jpeg(marked.rgb))
    code, out, _ = verify(tmp_path / "copy.jpg", as_json=True)
    assert code == 1
    assert json.loads(out)["reports"][0]["marked_here"]["state"] == "marks_removed"


def test_it_tells_people_which_marks_are_gone(
    registered: Registration, marked: MarkedFile, tmp_path: Path
) -> None:
    (tmp_path / "copy.jpg").write_bytes(as_jpeg(marked.rgb))
    _, out, _ = verify(tmp_path / "copy.jpg")
    assert "    - Metadata label: It is not in this file." in out


def test_it_tells_people_of_conflicts(registered: Registration, tmp_path: Path) -> None:
    (tmp_path / "moved.png").write_bytes(with_label(png_of(photograph(seed=9))))
    _, out, _ = verify(tmp_path / "moved.png")
    assert "  ! The metadata label names a picture that was released here, and this one does not" in out


def test_it_tells_people_what_was_changed() -> None:
    here = MarkedHere("0123456789", State.ALTERED, changes=(
        Change("cropped", (0, 0, 90, 90), 0.95), Change("added", (0, 0, 9, 9), 0.95)))  # fmt: skip
    lines = text(shown(Report("a.png", Verdict.CONFIRMED, here, ()))).splitlines()
    assert "    - Cropped: a part of the released picture is not in this file." in lines
    assert "    - Something was added. (at the upper left; about 1 % of the picture; almost certain)" in lines


def test_a_changed_picture_is_a_finding_though_every_mark_is_there(
    registered: Registration, marked: MarkedFile, tmp_path: Path
) -> None:
    changed = marked.rgb.copy()
    changed[:150, :200] = 255 - changed[:150, :200]
    (tmp_path / "changed.png").write_bytes(with_label(png_of(changed)))
    code, out, _ = verify(tmp_path / "changed.png")
    assert code == 1
    assert "the picture is not the released one everywhere" in out
    assert "gone" not in out


def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_read(
    unmarked: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    code, out, err = verify(tmp_path / "notes.txt", unmarked, as_json=True)
    assert code == 1
    assert [each["verdict"] for each in json.loads(out)["reports"]] == ["inconclusive", "no_label_found"]
    assert "no label was found in this one" in err


def test_a_file_that_is_not_there_is_bad_use(unmarked: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*missing\.png") as caught:
        verify(unmarked, tmp_path / "missing.png")
    assert caught.value.returncode == 2


def test_it_prints_names_without_what_a_terminal_would_obey(unmarked: Path, tmp_path: Path) -> None:
    picture = unmarked.rename(tmp_path / "\x1b[2Jpicture.png")
    notes = tmp_path / "\x1b]0;title\x07notes.txt"
    notes.write_text("hello")

    _, out, err = verify(picture, notes)

    assert "picture.png: " in out
    assert "notes.txt: " in err
    assert "\x1b" not in out + err
    with pytest.raises(CommandError) as caught:
        verify(tmp_path / "\x1b[2Jmissing.png")
    assert "\x1b" not in str(caught.value)


def test_it_speaks_english_whatever_the_language_of_the_site(unmarked: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with override("zh-hans"):
        _, out, err = verify(unmarked, tmp_path / "notes.txt")
    assert re.findall(r"[\u4e00-\u9fff]", out + err) == []
