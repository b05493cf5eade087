"""A work whose file came with the label of another provider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from marking.marks import implicit_label
from marking.marks.implicit_label import (
    AigcLabel,
    Status,
    check_producer,
    check_propagator,
    signed_by_producer,
)
from marking.marks.implicit_label.sm2 import SigningKey
from marking.media import MediaType, encode_picture
from marking.verification.examine import examine
from marking.verification.report import Finding, How, Layer, State
from marking.works import execution, provider
from marking.works.models import Work
from tests.conftest import photograph

pytestmark = pytest.mark.django_db

THEIRS = signed_by_producer(AigcLabel.first(producer="MiniMax", produce_id="7-9"), SigningKey(7))


@pytest.fixture
def kept(submit: Callable[..., Work], tmp_path: Path) -> Work:
    """The work, marked and released."""
    path = tmp_path / "theirs.png"
    path.write_bytes(implicit_label.write(encode_picture(photograph(), media_type=MediaType.PNG), THEIRS))
    work = submit(path)
    execution.run(work.pk)
    work.refresh_from_db()
    return work


def _data(work: Work) -> bytes:
    with default_storage.open(work.marked_path) as file:
        return bytes(file.read())


def test_it_keeps_the_producer_s_fields_and_puts_ours_behind_them(kept: Work) -> None:
    (found,) = implicit_label.read(_data(kept)).labels
    label = found.value
    assert label is not None
    assert label.to_json().startswith(THEIRS.to_json().partition(',"ContentPropagator"')[0])
    assert (label.content_propagator, label.propagate_id) == ("Yinji-demo", kept.code)
    assert check_producer(label).status is Status.VALID_SELF
    assert check_propagator(label, [provider.signing_key().public]).status is Status.VALID_PINNED


def test_the_released_file_and_a_picture_of_it_are_recognised(kept: Work, tmp_path: Path) -> None:
    data = _data(kept)
    files = {
        "released.png": (data, State.INTACT, []),
        # which signed other bytes
        "longer.png": (data + b"\0", State.MARKS_REMOVED, [(Layer.CREDENTIAL, How.NO_LONGER_MATCHES)]),
    }
    for name, (content, state, removed) in files.items():
        (tmp_path / name).write_bytes(content)
        report = examine(tmp_path / name, name)
        assert report.marked_here is not None
        assert (report.marked_here.work, report.marked_here.state) == (kept.code, state)
        assert [(mark.layer, mark.how) for mark in report.marked_here.removed_marks] == removed
        assert report.marked_here.removed == ()
        assert report.conflicts == ()
        (evidence,) = [each for each in report.evidence if each.layer is Layer.IMPLICIT_LABEL]
        assert evidence.finding is Finding.VALID
        assert evidence.facts["signature"] == "valid_self"
        assert evidence.facts["propagation_signature"] == "valid_pinned"


def test_the_pages_say_that_it_was_kept(kept: Work, client: Client) -> None:
    certificate = client.get(reverse("certificate:page", args=[kept.code])).content.decode()
    assert "label of another provider" in certificate
    client.force_login(kept.owner)
    page = client.get(reverse("works:detail", args=[kept.code])).content.decode()
    assert "label of another provider" in page
    assert "PropagateID" in page
    assert "7-9" in page


def test_a_work_of_ours_is_signed_and_says_nothing_of_others(
    released: Work, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "released.png").write_bytes(_data(released))
    report = examine(tmp_path / "released.png", "released.png")
    (evidence,) = [each for each in report.evidence if each.layer is Layer.IMPLICIT_LABEL]
    assert evidence.facts["signature"] == "valid_pinned"
    assert evidence.facts["signature_key"] == provider.signing_key().public.fingerprint
    assert evidence.facts["propagation_signature"] == "absent"
    page = client.get(reverse("certificate:page", args=[released.code])).content.decode()
    assert "label of another provider" not in page
    assert "development certificate that this site made for itself" in page
