"""Works that are submitted in an organisation's name."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.identity.queries import verified_claim_of
from accounts.organisations.models import Mandate, Organisation
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from marking.works.services import submit
from tests.consent.people import NUMBERS, account
from tests.unrecorded import unrecorded

FIELDS = {"tool": "generator", "kind": "content", "depicts": "nobody"}


@pytest.fixture
def studio(verified_user: User) -> Organisation:
    """An organisation for which the verified user may publish, and somebody else answers."""
    now, head = timezone.now(), account("head@example.com", "Grace Hopper", NUMBERS[1])
    studio = Organisation.objects.create(
        name="Studio", uscc="91110102MACQD9K640", representative=head, state="verified", decided_at=now
    )
    term = {"begins_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1)}
    Mandate.objects.create(
        organisation=studio, delegate=verified_user, scopes="publish", given_by=head, **term
    )
    return studio


@pytest.fixture
def creator(verified_user: User) -> Client:
    client = Client()
    client.force_login(verified_user)
    return client


def _picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (512, 384), (10, 20, 30)).save(held, "PNG")
    return SimpleUploadedFile("picture.png", held.getvalue(), "image/png")


def test_the_records_name_person_and_organisation(
    creator: Client, verified_user: User, studio: Organisation
) -> None:
    assert "On behalf of" in creator.get("/works/new").content.decode()
    form = {**FIELDS, "organisation": str(studio.reference), "pictures": [_picture()]}
    assert creator.post("/works/new", form).status_code == 302
    record = Record.objects.get(kind="organisation.acted")
    assert record.subject == f"work:{Work.objects.get().code}"
    body = body_of(record)
    assert isinstance(body, dict)
    assert (body["person"], body["organisation"]) == (verified_user.producer_id, str(studio.reference))


def test_oneself_is_the_first_choice(creator: Client, studio: Organisation) -> None:
    assert creator.post("/works/new", {**FIELDS, "pictures": [_picture()]}).status_code == 302
    assert not Record.objects.filter(kind="organisation.acted").exists()


@pytest.mark.parametrize("how", ["revoked", "expired", "ended", "representative"])
def test_a_mandate_that_is_over_blocks_at_once(
    creator: Client, verified_user: User, studio: Organisation, picture_file: Path, how: str
) -> None:
    now = timezone.now()
    if how == "revoked":
        with unrecorded():
            Mandate.objects.update(revoked_at=now)
    elif how == "expired":
        Mandate.objects.update(ends_at=now)
    elif how == "ended":
        with unrecorded():
            Organisation.objects.update(state="ended")
    else:
        claim = verified_claim_of(studio.representative)
        assert claim is not None
        with unrecorded():
            type(claim).objects.filter(pk=claim.pk).update(state="ended", level=0, recheck_at=None)
    assert "On behalf of" not in creator.get("/works/new").content.decode()
    with pytest.raises(Refusal) as caught:
        submit(
            by=verified_user, path=picture_file, name="picture.png", organisation=studio,
            declaration=Declaration("generator", "", Kind.CONTENT, Depicts.NOBODY),
        )  # fmt: skip
    assert caught.value.code == "mandate_missing"
    assert not Work.objects.exists()
