"""Passing files on from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.records.models import Record
from marking.marks import implicit_label
from marking.marks.implicit_label import (
    AigcLabel,
    SigningKey,
    Status,
    check_producer,
    check_propagator,
    png,
    signed_by_producer,
)
from marking.media import MediaType, encode_picture
from marking.works import provider
from tests.conftest import photograph

pytestmark = pytest.mark.django_db
THEIRS = signed_by_producer(AigcLabel.first(producer="MiniMax", produce_id="7-9"), SigningKey(7))


def _propagate(*files: Path, out: Path, json_wanted: bool = True, **options: Any) -> tuple[int, str]:
    written = StringIO()
    try:
        call_command("propagate", *map(str, files), out=out, json=json_wanted, stdout=written, **options)
    except SystemExit as end:
        return int(end.code or 0), written.getvalue()
    return 0, written.getvalue()


@pytest.fixture
def unlabelled(tmp_path: Path) -> Path:
    path = tmp_path / "unlabelled.jpg"
    path.write_bytes(encode_picture(photograph(48, 64), media_type=MediaType.JPEG))
    return path


@pytest.fixture
def labelled(tmp_path: Path, unlabelled: Path) -> Path:
    path = tmp_path / "labelled.jpg"
    path.write_bytes(implicit_label.write(unlabelled.read_bytes(), THEIRS))
    return path


def _label(path: str | Path) -> AigcLabel:
    (found,) = implicit_label.read(Path(path).read_bytes()).labels
    assert found.is_valid
    assert found.value is not None
    return found.value


def test_it_keeps_a_label_and_leaves_the_original_and_the_pixels_alone(
    labelled: Path, tmp_path: Path
) -> None:
    before = labelled.read_bytes()
    code, text = _propagate(labelled, out=tmp_path / "out", label="may")
    (answer,) = json.loads(text)["files"]
    label = _label(answer["output"])
    assert code == 0
    assert labelled.read_bytes() == before
    assert (label.label, label.content_producer, label.reserved_code1) == (
        "1",
        "MiniMax",
        THEIRS.reserved_code1,
    )
    assert (answer["is_kept"], answer["label"]) == (True, label.fields())
    assert check_producer(label).status is Status.VALID_SELF
    assert check_propagator(label, [provider.signing_key().public]).status is Status.VALID_PINNED
    with Image.open(labelled) as one, Image.open(answer["output"]) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))


@pytest.mark.parametrize(("said", "value"), [("may", "2"), ("suspected", "3")])
def test_it_says_of_a_file_without_a_label_what_was_said_of_it(
    unlabelled: Path, tmp_path: Path, said: str, value: str
) -> None:
    _, text = _propagate(unlabelled, out=tmp_path / "out", label=said)
    (answer,) = json.loads(text)["files"]
    label = _label(answer["output"])
    assert (label.label, label.content_producer, label.produce_id) == (value, "", "")
    assert (label.content_propagator, label.propagate_id) == ("Yinji-demo", answer["propagate_id"])
    assert answer["is_kept"] is False


def test_it_writes_down_what_it_passed_on(labelled: Path, tmp_path: Path) -> None:
    _, text = _propagate(labelled, out=tmp_path / "out")
    (answer,) = json.loads(text)["files"]
    record = Record.objects.get(kind="file.propagated")
    assert record.subject == f"propagation:{answer['propagate_id']}"


def test_it_goes_on_after_files_that_it_cannot_pass_on(
    unlabelled: Path, labelled: Path, tmp_path: Path
) -> None:
    broken, none = tmp_path / "broken.jpg", tmp_path / "none.jpg"
    changed = replace(THEIRS, produce_id="8")
    broken.write_bytes(implicit_label.write(unlabelled.read_bytes(), changed))
    none.write_bytes(b"no picture")
    truncated = tmp_path / "truncated.png"
    whole = encode_picture(photograph(48, 64), media_type=MediaType.PNG)
    truncated.write_bytes(whole[: len(whole) // 2])
    again = tmp_path / "again" / labelled.name
    again.parent.mkdir()
    again.write_bytes(labelled.read_bytes())

    out = tmp_path / "out"
    code, text = _propagate(unlabelled, broken, none, truncated, labelled, again, out=out)
    answers = json.loads(text)["files"]
    assert code == 1
    codes = [answer.get("code", "") for answer in answers]
    assert codes == ["no_label", "label_unusable", "unsupported_format", "truncated", "", "exists"]
    assert [path.name for path in out.iterdir()] == [labelled.name]
    assert Record.objects.filter(kind="file.propagated").count() == 1


def test_a_file_that_cannot_take_a_label_is_named(tmp_path: Path, unlabelled: Path) -> None:
    """The checksum of a part that has nothing to do with the label is wrong."""
    path = tmp_path / "a.png"
    data = encode_picture(photograph(48, 64), media_type=MediaType.PNG)
    behind_header = len(png.SIGNATURE) + 25
    comment = png.Chunk(b"tEXt", b"Comment\0hello").to_bytes()[:-4] + b"crc?"
    path.write_bytes(data[:behind_header] + comment + data[behind_header:])
    _, text = _propagate(path, out=tmp_path / "out", label="may")
    (answer,) = json.loads(text)["files"]
    assert answer["code"] == "not_writable"
    assert "checksum" in answer["sentence"]


def test_a_copy_that_cannot_be_written_is_named(labelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / labelled.name).symlink_to(tmp_path / "nowhere" / "a.jpg")
    code, text = _propagate(labelled, out=out)
    (answer,) = json.loads(text)["files"]
    assert (code, answer["code"]) == (1, "broke")
    assert "No such file" in answer["sentence"]
    assert not Record.objects.filter(kind="file.propagated").exists()


def test_it_speaks_in_lines_without_json(labelled: Path, unlabelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, text = _propagate(labelled, unlabelled, out=out, json_wanted=False)
    assert code == 1
    assert text.splitlines() == [
        f"{labelled}: {out / labelled.name}",
        f"{unlabelled}: expected a label in the file or --label, found neither",
    ]


def test_it_refuses_bad_use(labelled: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file") as caught:
        _propagate(tmp_path / "nothing.png", out=tmp_path / "out")
    assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="cannot be made a folder"):
        _propagate(labelled, out=labelled)
