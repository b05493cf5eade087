"""Files that were released here and come back to be marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from accounts.identity.documents import DocumentType
from accounts.identity.services import vouch
from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.users.services import accept_on_behalf
from accounts.vault.sealing import unseal
from marking.marks import watermark
from marking.registry.services import register_variant
from marking.works import execution, numbers, services
from marking.works.earlier import Match, sentence_about
from marking.works.failures import failure_sentence
from marking.works.models import Work
from marking.works.states import WorkState
from tests.conftest import photograph
from tests.marking.works.conftest import DECLARATION

pytestmark = pytest.mark.django_db

FORM = {"tool": "Test generator", "tool_version": "", "kind": "scene", "depicts": "nobody"}


@pytest.fixture
def somebody_else(verified_user: User, other_user: User) -> User:
    """A second account that may submit works."""
    document = DocumentType.PASSPORT
    vouch(by=None, user=other_user, document_type=document, name="Ben Babbage", number="E12345678")
    accept_on_behalf(by=None, user=other_user)
    return other_user


def data_of(work: Work) -> bytes:
    with default_storage.open(work.marked_path) as file:
        return bytes(file.read())


def copied(work: Work, path: Path) -> Path:
    """The released file, byte for byte."""
    path.write_bytes(data_of(work))
    return path


def pixels_of(work: Work) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(data_of(work))).convert("RGB"))


def marked(submit: Callable[..., Work], path: Path) -> Work:
    work = submit(path)
    execution.run(work.pk)
    work.refresh_from_db()
    return work


def test_it_takes_no_released_file_a_second_time(
    released: Work, submit: Callable[..., Work], tmp_path: Path
) -> None:
    with pytest.raises(Refusal) as caught:
        submit(copied(released, tmp_path / "again.png"))
    assert (caught.value.code, caught.value.status) == ("already_marked", 409)
    assert f"your work {released.code}" in caught.value.sentence
    assert Work.objects.count() == 1


def test_it_takes_no_copy_without_the_visible_label_either(
    released: Work, submit: Callable[..., Work], picture_file: Path
) -> None:
    known = released.registration
    register_variant(
        number=released.pk,
        sha256=released.source_sha256,
        fingerprint=known.fingerprint,
        is_distinctive=True,
        layout=known.layout,
    )
    with pytest.raises(Refusal) as caught:
        submit(picture_file)
    assert caught.value.code == "already_marked"
    assert "the duties that went over to you with it stay" in caught.value.sentence


def test_it_says_to_others_that_it_is_somebody_s(released: Work, somebody_else: User, tmp_path: Path) -> None:
    path = copied(released, tmp_path / "theirs.png")
    with pytest.raises(Refusal) as caught:
        services.submit(by=somebody_else, path=path, name="theirs.png", declaration=DECLARATION)
    assert "of somebody else" in caught.value.sentence
    assert "pass it on" in caught.value.sentence


@pytest.mark.parametrize("match", [Match.UNLABELLED, Match.LOOKS])
def test_it_tells_nobody_to_pass_on_a_copy_that_may_lack_marks(released: Work, match: Match) -> None:
    sentence = sentence_about(released, match, is_own=False)
    assert "ask the owner for the released file" in sentence
    assert "visible label" not in sentence
    assert "with its marks" not in sentence


@pytest.mark.parametrize("change", ["saved anew", "halved"])
def test_it_marks_no_copy_that_was_only_saved_anew_or_resized(
    released: Work, submit: Callable[..., Work], tmp_path: Path, change: str
) -> None:
    image = Image.fromarray(pixels_of(released))
    if change == "halved":
        image = image.resize((256, 192), Image.Resampling.LANCZOS)
    image.save(tmp_path / "copy.jpg", quality=85)
    work = marked(submit, tmp_path / "copy.jpg")
    assert (work.state, work.failure) == (WorkState.FAILED, "already_marked")
    assert work.failure_details == {"work": released.code}
    assert f"a copy of your work {released.code}" in failure_sentence(work)
    assert "use the released file" in failure_sentence(work)


def test_it_leads_to_the_work_that_it_is(
    released: Work, submit: Callable[..., Work], tmp_path: Path, client: Client
) -> None:
    Image.fromarray(pixels_of(released)).save(tmp_path / "copy.png")
    work = marked(submit, tmp_path / "copy.png")
    client.force_login(work.owner)
    page = client.get(reverse("works:detail", args=[work.code])).content.decode()
    assert f'href="{reverse("works:detail", args=[released.code])}"' in page
    assert "Try again<" not in page
    services.delete(by=released.owner, work=released)
    page = client.get(reverse("works:detail", args=[work.code])).content.decode()
    assert f'href="{reverse("certificate:page", args=[released.code])}"' in page


def test_it_leads_a_stranger_to_the_certificate(
    released: Work, somebody_else: User, tmp_path: Path, client: Client
) -> None:
    client.force_login(somebody_else)
    copy = SimpleUploadedFile("copy.png", data_of(released))
    response = client.post(reverse("works:upload"), {**FORM, "pictures": [copy]})
    assert response.status_code == 422
    assert f'<a href="{reverse("certificate:page", args=[released.code])}">' in response.content.decode()


def test_it_tells_a_script_where_to_read_on_and_not_to_try_again(released: Work, client: Client) -> None:
    client.force_login(released.owner)
    copy = SimpleUploadedFile("copy.png", data_of(released))
    answer = client.post(
        reverse("works:upload"), {**FORM, "pictures": [copy]}, headers={"Accept": "application/json"}
    )
    (problem,) = answer.json()["errors"]["pictures"]
    assert (answer.status_code, problem["code"], problem["may_retry"]) == (409, "already_marked", False)
    assert problem["url"] == reverse("works:detail", args=[released.code])


def painted(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    edited = rgb.copy()
    edited[:128, :170] = (200, 40, 40)
    return edited


def written_on(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    edited = Image.fromarray(rgb)
    ImageDraw.Draw(edited).text((100, 150), "VOTE NOW", (255, 255, 255), ImageFont.load_default(30))
    return np.asarray(edited)


def test_it_marks_an_edited_work_anew_and_keeps_its_number(
    released: Work, submit: Callable[..., Work], tmp_path: Path
) -> None:
    Image.fromarray(written_on(pixels_of(released))).save(tmp_path / "edited.png")
    work = marked(submit, tmp_path / "edited.png")
    assert (work.state, work.failure) == (WorkState.RELEASED, "")
    assert work.made_from == released.number
    assert released.code.encode() in data_of(work)  # its credential, the only one to know
    record = Record.objects.get(kind="work.released", subject=f"work:{work.code}")
    body = unseal(work.owner, record.body.content, context=body_context(record.event_id))
    assert json.loads(body[SALT_BYTES:])["made_from"] == released.code


def test_it_lets_nobody_take_a_work_over_by_a_change_that_is_no_edit(
    released: Work, submit: Callable[..., Work], tmp_path: Path
) -> None:
    brighter = np.clip(pixels_of(released) * 1.15, 0, 255).astype(np.uint8)
    Image.fromarray(brighter).save(tmp_path / "changed.png")
    work = marked(submit, tmp_path / "changed.png")
    assert (work.state, work.failure) == (WorkState.FAILED, "already_marked")


def test_it_names_the_work_that_another_was_made_from_to_everybody(
    released: Work, somebody_else: User, tmp_path: Path, client: Client
) -> None:
    Image.fromarray(written_on(pixels_of(released))).save(tmp_path / "taken.png")
    work = services.submit(
        by=somebody_else, path=tmp_path / "taken.png", name="t.png", declaration=DECLARATION
    )
    execution.run(work.pk)
    certificate = f'href="{reverse("certificate:page", args=[released.code])}"'
    assert certificate in client.get(reverse("certificate:page", args=[work.code])).content.decode()
    answer = client.get(reverse("api-1:certificate", args=[work.code])).json()
    assert answer["made_from"] == released.code
    client.force_login(somebody_else)
    page = client.get(reverse("works:detail", args=[work.code])).content.decode()
    assert f"an edited copy of the work {released.code}" in page
    assert certificate in page


def test_it_says_of_no_other_work_that_it_was_made_from_one(released: Work, client: Client) -> None:
    assert released.made_from is None
    assert client.get(reverse("api-1:certificate", args=[released.code])).json()["made_from"] is None
    page = client.get(reverse("certificate:page", args=[released.code])).content.decode()
    assert "Edited from the work" not in page


@pytest.mark.parametrize("edit", [None, painted])
def test_it_knows_the_picture_of_a_deleted_work_by_its_layout(
    released: Work,
    submit: Callable[..., Work],
    tmp_path: Path,
    edit: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] | None,
) -> None:
    pixels = pixels_of(released)
    services.delete(by=released.owner, work=released)
    Image.fromarray(edit(pixels) if edit else pixels).save(tmp_path / "again.jpg", quality=90)
    work = marked(submit, tmp_path / "again.jpg")
    assert (work.failure, work.made_from) == (("", released.number) if edit else ("already_marked", None))


def test_it_marks_an_animation_that_only_begins_with_a_released_picture(
    released: Work, submit: Callable[..., Work], tmp_path: Path
) -> None:
    others = [Image.fromarray(photograph(seed=seed)) for seed in (7, 8)]
    first = Image.fromarray(pixels_of(released))
    first.save(tmp_path / "moving.webp", save_all=True, append_images=others, duration=200, lossless=True)
    work = marked(submit, tmp_path / "moving.webp")
    assert (work.state, work.failure, work.made_from) == (WorkState.RELEASED, "", released.number)


def test_it_says_which_work_is_read_beside_the_new_watermark(
    submit: Callable[..., Work], tmp_path: Path
) -> None:
    pixels, key = photograph(), bytes.fromhex(settings.KEYS.watermark_keys[0])
    for _ in range(5):  # louder than any other
        pixels = watermark.embed(pixels, 123, key=key)
    Image.fromarray(pixels).save(tmp_path / "loud.png")
    work = marked(submit, tmp_path / "loud.png")
    assert (work.state, work.failure) == (WorkState.FAILED, "other_watermark")
    assert f"the work {numbers.write(123)}" in failure_sentence(work)


def test_it_takes_no_released_animation_saved_anew(submit: Callable[..., Work], tmp_path: Path) -> None:
    frames = [Image.fromarray(np.roll(photograph(240, 320), 20 * number, axis=1)) for number in range(3)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
    first = marked(submit, tmp_path / "a.gif")
    assert first.state == WorkState.RELEASED
    with pytest.raises(Refusal):
        submit(copied(first, tmp_path / "again.gif"))
    (tmp_path / "longer.gif").write_bytes(data_of(first) + b"\0")
    second = marked(submit, tmp_path / "longer.gif")
    assert (second.state, second.failure) == (WorkState.FAILED, "already_marked")
