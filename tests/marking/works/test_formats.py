"""Works whose file comes back in another format, or converted: what people and programs are told."""

from __future__ import annotations

import ast
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.marks import implicit_label
from marking.pipeline.left_behind import left_behind
from marking.works import certificates, execution
from marking.works.models import Work
from marking.works.states import WorkState
from marking.works.wording import LEFT_BEHIND, NOTES, describe_notes
from tests.conftest import photograph
from tests.marking.media.boxed_files import heic

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator(client: Client, verified_user: User) -> Client:
    client.force_login(verified_user)
    return client


@pytest.fixture
def released_heic(submit: Callable[..., Work], tmp_path: Path) -> Work:
    """A work that came as HEIC and was released."""
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(heic("photo"))
    work = submit(path, name=path.name)
    assert work.released_media_type == "image/heic"
    execution.run(work.pk)
    work.refresh_from_db()
    return work


def test_a_heic_comes_back_as_a_jpeg_under_its_name(creator: Client, released_heic: Work) -> None:
    assert (released_heic.state, released_heic.failure) == (WorkState.RELEASED, "")
    response = creator.get(reverse("works:download", args=[released_heic.code]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].endswith(f"IMG_0001-{released_heic.code}.jpg")
    assert content.startswith(b"\xff\xd8\xff")
    assert implicit_label.read(content).labels[0].is_valid


def test_everybody_is_told_the_format_of_the_released_file(released_heic: Work) -> None:
    assert (released_heic.media_type, released_heic.marked_media_type) == ("image/heic", "image/jpeg")
    assert certificates.facts(released_heic)["media_type"] == "image/jpeg"


def test_the_owner_reads_what_was_converted(creator: Client, released_heic: Work) -> None:
    page = creator.get(reverse("works:detail", args=[released_heic.code])).content.decode()
    assert "What was converted" in page
    assert "the marked picture is a JPEG" in page
    assert "image/jpeg" in page


def test_the_owner_of_a_plain_picture_reads_of_no_conversion(creator: Client, released: Work) -> None:
    page = creator.get(reverse("works:detail", args=[released.code])).content.decode()
    assert "What was converted" not in page


def test_a_work_of_an_older_version_has_the_format_of_its_source(released: Work) -> None:
    released.marked_media_type = ""
    assert released.released_media_type == "image/png"


def test_it_releases_an_animation(submit: Callable[..., Work], tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    frames = [Image.fromarray(photograph(240, 256, seed)) for seed in (1, 2)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, loop=0)
    work = submit(path, name="a.gif")
    execution.run(work.pk)
    work.refresh_from_db()
    assert (work.state, work.released_media_type) == (WorkState.RELEASED, "image/gif")
    assert work.notes == ["gif_colours"]


def _pages() -> bytes:
    file = BytesIO()
    pages = [Image.fromarray(photograph(80, 80)) for _ in range(2)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def _moving_avif() -> bytes:
    file = BytesIO()
    frames = [Image.fromarray(photograph(80, 80, seed)) for seed in (1, 2)]
    frames[0].save(file, "AVIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def _floats() -> bytes:
    file = BytesIO()
    Image.new("F", (80, 80)).save(file, "TIFF")
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "code", "status", "words"),
    [
        (_pages, "several_pages", 422, "has 2 pages"),
        (_moving_avif, "animated", 422, "2 frames"),
        (_floats, "unsupported_variant", 415, "This kind of TIFF file"),
    ],
)
def test_it_says_why_a_file_cannot_be_marked(
    make: Callable[[], bytes], code: str, status: int, words: str, submit: Callable[..., Work], tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(make())
    with pytest.raises(Refusal) as caught:
        submit(path)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert words in caught.value.sentence


def test_every_note_has_a_sentence_and_an_unknown_one_is_not_shown() -> None:
    assert all(str(sentence).endswith(".") for sentence in NOTES.values())
    assert describe_notes(["grey", "of a later version"]) == [str(NOTES["grey"])]


def test_every_note_that_the_pure_rooms_give_has_a_sentence() -> None:
    """Their docstrings list the codes."""
    source = (settings.ROOT / "marking/media/picture.py").read_text(encoding="utf-8")
    picture = next(
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "Picture"
    )
    listed = (ast.get_docstring(picture) or "").split('"')[1::2]
    left = (left_behind.__doc__ or "").split('"')[1::2]
    others = {"gif_colours", "webp_lossy", "as_jpeg", "as_png", "left_credential", "left_density"}
    assert {*listed, *left, *others} == {*NOTES, *LEFT_BEHIND}
