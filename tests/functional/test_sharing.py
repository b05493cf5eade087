"""From upload to a stranger's copy: what was passed on still names the work it came from."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.users.models import User
from config.paintings import mountains
from marking.works import execution
from marking.works.models import Work
from tests.functional.copies import COPIES

pytestmark = pytest.mark.django_db(transaction=True)  # a check has a connection of its own

DECLARED = {"tool": "Example Diffusion", "tool_version": "3.1", "kind": "scene", "depicts": "nobody"}


@pytest.fixture
def creator(client: Client, verified_user: User) -> Client:
    client.force_login(verified_user)
    return client


def _release(creator: Client, data: bytes) -> Work:
    """Upload a picture on the page and let the worker mark it."""
    file = SimpleUploadedFile("painting.png", data)
    page = creator.post(reverse("works:upload"), {**DECLARED, "pictures": [file]})
    work = Work.objects.latest("created_at")
    assert page["Location"] == reverse("works:detail", args=[work.code])
    execution.run(work.pk)
    return work


def _download(creator: Client, work: Work) -> Image.Image:
    response = creator.get(reverse("works:download", args=[work.code]))
    return Image.open(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]


def test_a_copy_that_was_passed_on_names_its_own_work(creator: Client) -> None:
    file = io.BytesIO()
    Image.fromarray(mountains()).save(file, "PNG", compress_level=1)
    # Twice the same picture: nothing but the watermark in its pixels tells the copies of the two apart.
    work, twin = (_release(creator, file.getvalue()) for _ in range(2))
    marked = _download(creator, work)
    for name, copy in COPIES.items():
        answer = Client().post("/", {"file": SimpleUploadedFile("copy.jpg", copy(marked))})
        page = b"".join(answer).decode()  # type: ignore[arg-type]
        assert "Released by this site" in page, name
        assert reverse("certificate:page", args=[work.code]) in page, name
        assert reverse("certificate:page", args=[twin.code]) not in page, name
