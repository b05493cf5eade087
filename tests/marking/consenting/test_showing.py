from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from accounts.users.models import User
from marking.consenting import showing
from marking.marks import explicit_label, implicit_label, watermark
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.files import preview_name
from marking.works.models import Work
from marking.works.services import delete, submit
from marking.works.states import WorkState

pytestmark = pytest.mark.django_db
DEPICTING = Declaration("Test generator", "2", Kind.SCENE, Depicts.FACE)


@pytest.fixture
def waiting(verified_user: User, picture_file: Path) -> Work:
    """A work that waits for a consent, of which nothing was marked yet."""
    work = submit(by=verified_user, path=picture_file, name="picture.png", declaration=DEPICTING)
    assert work.state == WorkState.AWAITING_CONSENT
    return work


def test_it_shows_a_waiting_upload_with_every_label(waiting: Work, verified_user: User) -> None:
    subject = f"work:{waiting.code}"
    picture = showing.picture_of(subject)
    assert picture is not None
    assert showing.is_shown(subject)
    rgb = np.asarray(Image.open(BytesIO(picture)).convert("RGB"))
    assert explicit_label.find(rgb) is not None
    assert max(rgb.shape) <= 1024
    (label,) = implicit_label.read(picture).labels
    assert label.is_valid
    assert label.value
    assert label.value.produce_id == waiting.code
    found = watermark.detect(rgb, key=bytes.fromhex(settings.KEYS.watermark_keys[0]))
    assert found is not None
    assert found.payload == waiting.number
    assert showing.picture_of(subject) == picture  # kept, not made again
    delete(by=verified_user, work=waiting)
    assert (showing.picture_of(subject), showing.is_shown(subject)) == (None, False)


@pytest.mark.parametrize("subject", ["", "work:", "work:!", "use:0000000001", "work:0000000001"])
def test_it_knows_no_other_subjects(subject: str) -> None:
    assert not showing.is_shown(subject)
    assert showing.picture_of(subject) is None


def test_it_has_no_picture_where_the_upload_is_gone(waiting: Work) -> None:
    default_storage.delete(waiting.source_path)
    assert showing.picture_of(f"work:{waiting.code}") is None
    assert not default_storage.exists(preview_name(waiting.code, "before"))
