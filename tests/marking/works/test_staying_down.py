from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.registry.models import Registration
from marking.works import execution
from marking.works.models import Work
from marking.works.states import WorkState
from marking.works.staying_down import LooksTakenDown, require_unlike_taken_down
from tests.consent.people import NUMBERS, account, granted, proposed
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def dark(released: Work) -> Work:
    """A work that was taken down."""
    now = timezone.now()
    with unrecorded():
        Work.objects.filter(pk=released.pk).update(
            state=WorkState.CONSENT_ENDED, consent_ended_at=now, files_due_at=now
        )
    released.refresh_from_db()
    return released


def test_it_refuses_the_same_file_and_holds_up_what_looks_like_it(
    dark: Work, picture_file: Path, tmp_path: Path, submit: Callable[..., Work]
) -> None:
    with pytest.raises(Refusal) as refused:
        submit(picture_file)
    assert (refused.value.code, refused.value.status) == ("consent_ended", 403)
    turned = tmp_path / "turned.png"
    Image.open(picture_file).transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((480, 360)).save(turned)
    work = submit(turned)
    execution.run(work.pk)
    work.refresh_from_db()
    assert (work.state, work.resembles) == (WorkState.AWAITING_CONSENT, dark.pk)
    call_command("resemblance", work.code, "--reason", "Another picture.")
    execution.run(work.pk)
    work.refresh_from_db()
    assert (work.state, work.resembles) == (WorkState.RELEASED, None)


def test_it_clears_only_what_was_held_up(submitted: Work) -> None:
    with pytest.raises(CommandError, match="not held up"):
        call_command("resemblance", submitted.code, "--reason", "x")
    with pytest.raises(CommandError, match="no work"):
        call_command("resemblance", "nonsense", "--reason", "x")


def test_nobody_elses_consent_brings_back_what_went_dark(dark: Work, verified_user: User) -> None:
    registration = Registration.objects.get(work=dark)
    alike = turned_of(registration)
    lin, friend = (
        account("lin@example.com", "Lin Mei", NUMBERS[1]),
        account("friend@example.com", "Wu Qing", NUMBERS[2]),
    )
    proposed(verified_user, granted(lin, verified_user), work=dark.code)
    strangers = proposed(verified_user, granted(friend, verified_user), work="0000000009")
    own = proposed(verified_user, granted(lin, verified_user), work="0000000008")
    for use in (None, strangers):
        with pytest.raises(LooksTakenDown):
            require_unlike_taken_down(Work(), alike, use)
    require_unlike_taken_down(Work(), alike, own)


def turned_of(registration: Registration) -> list[bytes]:
    """The fingerprints by which the picture of a work is looked for."""
    return [bytes(registration.fingerprint)] * 8
