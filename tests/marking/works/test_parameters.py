"""What a file was generated from is committed to in its record, and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.works.models import Work
from marking.works.parameters import LONGEST
from tests.conftest import photograph
from tests.marking.works.conftest import DECLARATION

pytestmark = pytest.mark.django_db

WORDS = "a paper lantern over snow\nseed 20261123, cfg 7"


def said_of(work: Work) -> Any:
    body: Any = body_of(Record.objects.get(kind="work.received", subject=f"work:{work.code}"))
    return body["parameters"]


def is_of(said: Any, words: str) -> bool:
    """Whether the commitment opens with ``words``, as docs/records.md tells it."""
    return said["sha256"] == sha256(b"\x02" + bytes.fromhex(said["salt"]) + words.encode()).hexdigest()


def picture(seed: int = 1) -> SimpleUploadedFile:
    file = BytesIO()
    Image.fromarray(photograph(96, 128, seed)).save(file, "PNG")
    return SimpleUploadedFile("a.png", file.getvalue(), "image/png")


def test_saying_nothing_is_a_stated_value(submitted: Work) -> None:
    assert said_of(submitted) == "not_stated"


def test_the_record_commits_to_the_words_and_nothing_keeps_them(
    submit: Callable[..., Work], picture_file: Path
) -> None:
    work = submit(picture_file, replace(DECLARATION, parameters=f"  {WORDS}\n"))
    assert is_of(said_of(work), WORDS)
    assert not is_of(said_of(work), WORDS.upper())
    assert "lantern" not in serializers.serialize("json", [work])
    assert "lantern" not in str(body_of(Record.objects.get(kind="work.received")))


def test_the_page_asks_for_them_and_two_works_of_the_same_words_differ(
    client: Client, verified_user: User
) -> None:
    client.force_login(verified_user)
    assert 'name="parameters"' in client.get(reverse("works:upload")).content.decode()
    fields = {"tool": "G", "kind": "scene", "depicts": "nobody", "parameters": WORDS.replace("\n", "\r\n")}
    client.post(reverse("works:upload"), {**fields, "pictures": [picture(1), picture(2)]})
    one, other = (said_of(work) for work in Work.objects.all())
    assert is_of(one, WORDS)
    assert is_of(other, WORDS)
    assert one["sha256"] != other["sha256"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_end_of_a_line_counts_and_is_recorded_as_one_character(
    client: Client, verified_user: User, end: str
) -> None:
    client.force_login(verified_user)
    text = "\n".join(["x" * 9] * (LONGEST // 10))
    fields = {"tool": "G", "kind": "scene", "depicts": "nobody", "parameters": text.replace("\n", end)}
    client.post(reverse("works:upload"), {**fields, "pictures": [picture(1)]})
    assert is_of(said_of(Work.objects.get()), text)


def test_a_null_character_is_refused(submit: Callable[..., Work], picture_file: Path) -> None:
    with pytest.raises(Refusal) as caught:
        submit(picture_file, replace(DECLARATION, parameters="a\0b"))
    assert (caught.value.code, caught.value.status) == ("parameters_invalid", 422)


def test_more_than_the_page_takes_is_refused(submit: Callable[..., Work], picture_file: Path) -> None:
    with pytest.raises(Refusal) as caught:
        submit(picture_file, replace(DECLARATION, parameters="x" * (LONGEST + 1)))
    assert (caught.value.code, caught.value.status) == ("parameters_too_long", 422)
    assert not Work.objects.exists()
