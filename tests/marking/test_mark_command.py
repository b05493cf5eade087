from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.records.models import Record
from accounts.users.models import User
from marking.marks import implicit_label
from marking.works.models import Work
from tests.conftest import photograph
from tests.consent.people import NUMBERS, account, granted, scope_for
from tests.drawn_faces import scene

pytestmark = pytest.mark.django_db


def _mark(*files: Path, out: Path, user: str, json_wanted: bool = True, **options: str) -> tuple[int, str]:
    written = StringIO()
    words = [str(path) for path in files]
    arguments = {
        "out": out,
        "user": user,
        "tool": "Generator",
        "kind": "scene",
        "json": json_wanted,
    } | options
    try:
        call_command("mark", *words, stdout=written, **arguments)
    except SystemExit as end:
        return int(end.code or 0), written.getvalue()
    return 0, written.getvalue()


def test_it_marks_files_and_says_where_they_are(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    code, text = _mark(picture_file, out=tmp_path / "out", user=verified_user.email)
    (work,) = json.loads(text)["works"]
    assert code == 0
    assert (work["state"], work["source"]) == ("released", str(picture_file))
    assert work["marks"] == ["explicit_label", "watermark", "implicit_label", "credential"]
    assert work["watermark"]["quality"]["psnr"] > 30
    assert work["watermark"]["deflection"] > 5
    label = implicit_label.read(Path(work["output"]).read_bytes()).labels[0].value
    assert label is not None
    assert label.produce_id == work["work"] == Work.objects.get(pk=work["payload"]).code


def test_it_goes_on_after_a_file_that_cannot_be_marked(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"nothing")
    code, text = _mark(bad, picture_file, out=tmp_path / "out", user=verified_user.email)
    refused, released = json.loads(text)["works"]
    assert code == 1
    assert (refused["state"], refused["code"]) == ("refused", "unsupported_format")
    assert released["state"] == "released"
    assert refused["watermark"] is None


def test_it_says_in_words_what_waits_for_consent(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    code, text = _mark(
        picture_file, out=tmp_path, user=verified_user.email, json_wanted=False, kind="face", depicts="face"
    )
    assert code == 1
    assert f"{picture_file.name}: awaiting_consent A real person can be seen or heard in it" in text


def test_it_warns_of_a_picture_with_too_little_room(verified_user: User, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    Image.new("RGB", (96, 96), (120, 120, 120)).save(small)
    code, text = _mark(small, out=tmp_path / "out", user=verified_user.email, json_wanted=False)
    released, warning = text.splitlines()
    assert code == 0
    assert "small.png: released" in released
    assert "small.png: This picture has too little room for a watermark that survives sharing" in warning


def test_it_says_what_was_converted(verified_user: User, tmp_path: Path) -> None:
    lossless = tmp_path / "lossless.webp"
    Image.fromarray(photograph(300, 300)).save(lossless, lossless=True)
    _, text = _mark(lossless, out=tmp_path / "out", user=verified_user.email)
    assert json.loads(text)["works"][0]["notes"] == ["webp_lossy"]
    _, text = _mark(lossless, out=tmp_path / "out", user=verified_user.email, json_wanted=False)
    assert "lossless.webp: The WebP was lossless; the marked picture is compressed with a small loss." in text


@pytest.mark.parametrize(
    ("file", "email"), [("missing.png", "ada@example.com"), ("picture.png", "no@example.com")]
)
def test_it_tells_bad_use_from_a_finding(
    verified_user: User, picture_file: Path, file: str, email: str
) -> None:
    with pytest.raises(CommandError) as caught:
        _mark(picture_file.parent / file, out=picture_file.parent, user=email)
    assert caught.value.returncode == 2


def test_it_checks_everything_before_it_marks_anything(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    for paths, out in (
        ((picture_file, tmp_path / "missing.png"), tmp_path / "out"),
        ((picture_file,), picture_file),
    ):
        with pytest.raises(CommandError) as caught:
            _mark(*paths, out=out, user=verified_user.email)
        assert caught.value.returncode == 2
    assert not Work.objects.exists()


def test_it_puts_the_label_into_the_corner_that_was_asked_for(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    code, _text = _mark(
        picture_file, out=tmp_path / "out", user=verified_user.email, label_corner="bottom_left"
    )
    assert code == 0
    assert Work.objects.get().marks[0]["corner"] == "bottom_left"


@pytest.fixture
def faces_file(tmp_path: Path) -> Path:
    """A picture with two drawn faces."""
    path = tmp_path / "faces.png"
    Image.fromarray(scene((40, 90), (380, 90))).save(path, compress_level=1)
    return path


def test_it_says_what_to_do_about_faces_that_nobody_declared(
    verified_user: User, faces_file: Path, tmp_path: Path
) -> None:
    code, text = _mark(faces_file, out=tmp_path / "out", user=verified_user.email, json_wanted=False)
    work = Work.objects.get()
    assert code == 1
    assert "faces.png: awaiting_answers 2 faces were found that your declaration does not account for" in text
    assert f"/works/{work.code}/faces" in text
    assert "--faces synthetic" in text
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("answer", ["synthetic", "not_a_face"])
def test_it_answers_for_all_faces_where_it_is_told_to(
    verified_user: User, faces_file: Path, tmp_path: Path, answer: str
) -> None:
    code, text = _mark(faces_file, out=tmp_path / "out", user=verified_user.email, faces=answer)
    (work,) = json.loads(text)["works"]
    assert (code, work["state"]) == (0, "released")
    assert [each["answer"] for each in work["faces"]] == [answer, answer]
    (record,) = Record.objects.filter(kind="work.faces_answered")
    assert json.loads(record.entry)["actor"] == verified_user.producer_id


def test_it_marks_what_the_named_consent_covers(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    person = account("lin@example.com", "Lin Mei", NUMBERS[1])
    face = {"kind": "face", "depicts": "face", "user": verified_user.email}
    grant = granted(person, verified_user, replace(scope_for(verified_user), outputs=1))
    code, text = _mark(picture_file, out=tmp_path, grant=str(grant.reference), **face)
    (work,) = json.loads(text)["works"]
    assert (code, work["state"]) == (0, "released")
    other = tmp_path / "other.png"
    Image.fromarray(photograph(seed=5)).save(other)
    code, text = _mark(other, out=tmp_path, grant=str(grant.reference), **face)
    (work,) = json.loads(text)["works"]
    assert (code, work["state"], work["code"]) == (1, "refused", "consent_missing")
    assert "Number and length" in work["sentence"]
    assert Work.objects.filter(state="deleted").count() == 1


def test_it_refuses_a_consent_that_is_not_the_users(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    nobodys = "00000000-0000-0000-0000-000000000000"
    face = {"kind": "face", "depicts": "face", "user": verified_user.email}
    code, text = _mark(picture_file, out=tmp_path, grant=nobodys, **face)
    (work,) = json.loads(text)["works"]
    assert (code, work["state"], work["code"]) == (1, "refused", "not_yours")


def test_it_keeps_a_work_that_only_lacks_the_persons_approval(
    verified_user: User, picture_file: Path, tmp_path: Path
) -> None:
    person = account("lin@example.com", "Lin Mei", NUMBERS[1])
    grant = granted(person, verified_user, replace(scope_for(verified_user), needs_preview=True))
    face = {"kind": "face", "depicts": "face", "user": verified_user.email}
    code, text = _mark(picture_file, out=tmp_path, grant=str(grant.reference), **face)
    (work,) = json.loads(text)["works"]
    assert (code, work["state"]) == (1, "awaiting_consent")
