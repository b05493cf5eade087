from __future__ import annotations

import pytest

from accounts.identity import services
from accounts.identity.naming import bears_name
from accounts.records.models import Record, RecordBody
from accounts.users.models import User
from accounts.vault.sealing import destroy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "ADA  lovelace", "Ａｄａ Ｌｏｖｅｌａｃｅ", "Ada-Lovelace", "Ada·Lovelace"]
)
def test_it_knows_the_name_in_every_spelling(verified_user: User, name: str) -> None:
    assert bears_name(verified_user, name)


@pytest.mark.parametrize("name", ["", " ", "Ada", "Lovelace Ada", "Ada Lovelaces", "Ada Lovelace Byron", "·"])
def test_it_knows_no_other(verified_user: User, name: str) -> None:
    assert not bears_name(verified_user, name)


def test_it_knows_no_name_of_those_who_gave_none_or_were_erased(
    verified_user: User, other_user: User
) -> None:
    assert not bears_name(other_user, "")
    services.erase(by=None, user=other_user)
    destroy(verified_user)
    verified_user.refresh_from_db()
    assert not bears_name(verified_user, "Ada Lovelace")


def test_it_records_the_question_and_never_the_name(verified_user: User) -> None:
    bears_name(verified_user, "Grace Hopper")
    record = Record.objects.order_by("-sequence").first()
    assert record
    assert (record.kind, record.subject) == ("identity.compared", f"user:{verified_user.producer_id}")
    content = bytes(RecordBody.objects.get(record=record).content)
    assert b"is_theirs" not in content  # sealed for the person
    assert b"Hopper" not in bytes(record.entry) + content
