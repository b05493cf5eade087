"""B-1: every byte of a stored receipt is altered once, and each time ``records verify --deep`` would say that it is not the one that was issued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.records import deep
from accounts.records.models import Record
from accounts.records.verify import verify
from accounts.users.models import User
from consent.grants.models import Grant
from consent.receipts import keys, verify_offline
from consent.receipts.audit import is_as_issued
from consent.receipts.models import Receipt
from tests.consent.people import NUMBERS, account, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(person: User) -> Grant:
    return granted(person, account("creator@example.com", "Ada Lovelace", NUMBERS[1]))


@pytest.fixture
def receipt(grant: Grant) -> Receipt:
    return Receipt.objects.get(grant=grant, side="person")


def flips(text: str) -> Iterator[str]:
    """``text`` with each of its characters altered in one bit, another from place to place."""
    for at, each in enumerate(text):
        yield text[:at] + chr(ord(each) ^ 1 << at % 7) + text[at + 1 :]


def told_of(receipt: Receipt) -> Mapping[str, Any] | None:
    return deep.opened(Record.objects.get(kind="receipt.issued", subject=receipt.log_subject))


def test_every_byte_of_a_receipt(receipt: Receipt) -> None:
    told, published = told_of(receipt), verify_offline.keys_of(keys.published())
    assert is_as_issued(receipt, told, published)
    for column in ("jws", "sha256", "side"):
        whole = getattr(receipt, column)
        for altered in flips(whole):
            setattr(receipt, column, altered)
            assert not is_as_issued(receipt, told, published), (column, altered)
        setattr(receipt, column, whole)
    for bit in range(31):
        receipt.version ^= 1 << bit
        assert not is_as_issued(receipt, told, published)
        receipt.version ^= 1 << bit
    assert is_as_issued(receipt, told, published)


def test_the_whole_reading_names_the_record_of_the_receipt(receipt: Receipt) -> None:
    issued = Record.objects.get(kind="receipt.issued", subject=receipt.log_subject)
    altered = [{"jws": each} for each in list(flips(receipt.jws))[::911]]
    altered += [{"sha256": "0" + receipt.sha256[1:]}, {"side": "grantee", "version": 2}, {"version": 2}]
    for columns in altered:
        with transaction.atomic():
            Receipt.objects.filter(pk=receipt.pk).update(**columns)
            assert (issued.sequence, "receipt_changed") in {
                (each.sequence, each.code) for each in verify(is_deep=True).told
            }
            transaction.set_rollback(True)


def test_the_command_says_so_by_its_status(
    receipt: Receipt, settings: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LOG_FOLDER = tmp_path
    Receipt.objects.filter(pk=receipt.pk).update(jws=receipt.jws[:-1] + "-")
    with pytest.raises(SystemExit, match="1"):
        call_command("records", "verify", "--deep")
    assert "[receipt_changed]" in capsys.readouterr().out
