from __future__ import annotations

import numpy as np
import pytest

from accounts.identity.queries import is_verified
from accounts.users.services import publish_agreement
from config import samples
from config.paintings import PAINTINGS
from marking.works.models import Work
from marking.works.states import WorkState


@pytest.mark.django_db
def test_it_submits_the_sample_works_once() -> None:
    publish_agreement()
    lines = samples.add()
    assert samples.add() == []
    works = Work.objects.all()
    assert lines[0].startswith(f"Sample creator: {samples.CREATOR}  password: ")
    assert {line.rsplit("/", 1)[-1] for line in lines[1:]} == {work.code for work in works}
    assert {work.source_name for work in works} == {f"{name}.png" for name in PAINTINGS}
    assert {work.state for work in works} == {WorkState.QUEUED}
    assert is_verified(works[0].owner)


@pytest.mark.parametrize("name", PAINTINGS)
def test_it_paints_the_same_picture_every_time(name: str) -> None:
    picture = PAINTINGS[name](90, 120)
    assert (picture.shape, picture.dtype) == ((90, 120, 3), np.uint8)
    assert np.array_equal(picture, PAINTINGS[name](90, 120))
    assert picture.std() > 20
