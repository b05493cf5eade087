"""The consents of the people shown travel in the file: PLUS words in its XMP, and an assertion of its credential (C2PA)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.users.models import User
from consent.receipts import checking
from consent.receipts.models import Receipt
from consent.receipts.services import receipts_of
from consent.uses.models import DepictedPerson
from marking.marks.credential import library
from marking.pipeline.picture import mark_picture
from marking.works.declaration import Depicts
from marking.works.execution import order_for, provenance_of
from marking.works.models import Work
from tests.consent.people import NUMBERS, account, granted, proposed
from tests.marking.marks.implicit_label.exiftool import read_tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipts(submitted: Work, verified_user: User) -> list[Receipt]:
    """What the creator holds of two people who are shown in the work, in the order of the people."""
    Work.objects.filter(pk=submitted.pk).update(depicts=Depicts.FACE)
    submitted.refresh_from_db()
    second = granted(account("wu@example.com", "Wu Qing", NUMBERS[2]), verified_user)
    first = granted(account("lin@example.com", "Lin Mei", NUMBERS[1]), verified_user)
    use = proposed(verified_user, first, work=submitted.code)
    DepictedPerson.objects.create(
        use=use, position=1, elements=["face"], operations=["retouch"], grant=second
    )
    return [receipts_of(grant)[1] for grant in (first, second)]


def test_they_are_written_and_other_programs_read_them(
    submitted: Work, receipts: list[Receipt], picture_file: Path, tmp_path: Path
) -> None:
    marked = mark_picture(lambda step: None, order_for(submitted, source=picture_file, folder=tmp_path))
    ids = [str(receipt.reference) for receipt in receipts]

    tags: dict[str, Any] = read_tags(marked.path, "-XMP:all", "-n")
    assert tags["XMP:ModelReleaseStatus"].endswith("MR-LMR")
    assert tags["XMP:ModelReleaseID"] == ids

    store = library.read_store(marked.path.read_bytes(), settings.OWN_ROOTS)
    assert store is not None
    assertions = store["manifests"][store["active_manifest"]]["assertions"]
    (consents,) = [each["data"] for each in assertions if each["label"].endswith(".yinji.consent")]
    assert consents == {"receipts": ids}

    for receipt in receipts:  # and what is named there can be asked about here
        assert checking.check(receipt.jws.encode()).is_valid
    assert "Lin Mei" not in json.dumps(store)


def test_a_work_that_shows_nobody_names_none(submitted: Work) -> None:
    assert provenance_of(submitted).consents == ()


def test_a_work_without_a_consent_names_none(submitted: Work) -> None:
    submitted.depicts = Depicts.FACE
    assert provenance_of(submitted).consents == ()
