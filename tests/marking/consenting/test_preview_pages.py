from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from accounts.users.models import User
from consent.uses.models import Use
from marking.consenting import previews, tasks
from marking.works import files, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.depicting import awaiting_preview
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(creator: User, picture_file: Path) -> Work:
    declaration = Declaration("G", "1", Kind.FACE, Depicts.FACE)
    return services.submit(by=creator, path=picture_file, name="a.png", declaration=declaration)


@pytest.fixture
def use(person: User, creator: User, work: Work) -> Use:
    return awaiting_preview(person, creator, work)


def test_the_person_sees_a_small_labelled_copy_and_lets_it_go_out(
    client: Client, person: User, work: Work, use: Use
) -> None:
    client.force_login(person)
    address = f"/me/likeness/uses/{use.pk}/"
    assert client.get(f"{address}picture").status_code == 404
    assert b"It is being made" in client.get(address).content
    tasks.make_preview(work.pk)
    picture = Image.open(BytesIO(b"".join(client.get(f"{address}picture").streaming_content)))
    assert (picture.format, max(picture.size) <= 1024) == ("JPEG", True)
    assert b"Let it go out" in client.get(address).content
    client.post(address, {"answer": "approve", "sha256": use.output_sha256})
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED
    assert b"You approved it on" in client.get(address).content


def test_the_person_says_no_and_nobody_else_is_asked(
    client: Client, person: User, creator: User, work: Work, use: Use
) -> None:
    address = f"/me/likeness/uses/{use.pk}/"
    client.force_login(creator)
    assert client.get(address).status_code == 404
    client.force_login(person)
    client.post(address, {"answer": "decline"})
    assert b"You declined it on" in client.get(address).content
    assert client.get(f"{address}picture").status_code == 404
    client.post(address, {"answer": "approve", "sha256": use.output_sha256})
    work.refresh_from_db()
    assert work.state == WorkState.AWAITING_CONSENT


def test_it_makes_no_copy_that_nobody_waits_for_or_that_cannot_be_made(work: Work, use: Use) -> None:
    default_storage.delete(work.source_path)
    with default_storage.open(work.source_path, "wb") as file:
        file.write(b"no picture")
    assert not previews.make(work.pk)
    with unrecorded():
        Use.objects.update(state="proposed")
    assert not previews.make(work.pk)
    assert not default_storage.exists(files.preview_name(work.code, "asked"))
