"""Whether two accounts bear one name …"""

from __future__ import annotations

import pytest

from accounts.identity.same_name import is_named_as
from accounts.records.deep import body_of
from accounts.records.models import Record, RecordBody
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.sealing import destroy
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "is_same"),
    [("Marguerite Yourcenar", True), ("marguerite  yourcenar", True), ("Ｍarguerite·Yourcenar", True), ("Marguerite Duras", False)],
)  # fmt: skip
def test_it_is_answered_yes_or_no_whatever_the_spelling(name: str, is_same: bool, operator: User) -> None:
    one, other = account("a@example.com", "Marguerite Yourcenar"), account("b@example.com", name, NUMBERS[1])
    assert is_named_as(one, other, by=operator, case="8Z0K3ABCDE") is is_same


def test_it_is_recorded_for_both_without_a_name(operator: User) -> None:
    one, other = (
        account("a@example.com", "Marguerite Yourcenar"),
        account("b@example.com", "林小梅", NUMBERS[1]),
    )
    is_named_as(one, other, by=operator, case="8Z0K3ABCDE")
    records = list(Record.objects.filter(kind="identity.matched").order_by("sequence"))
    assert [each.subject for each in records] == [f"user:{one.producer_id}", f"user:{other.producer_id}"]
    assert all(
        body_of(each) == {"case": "8Z0K3ABCDE", "is_same": False, "session": "none"} for each in records
    )
    for body in RecordBody.objects.filter(record__in=records):
        assert body.person_key is not None


def test_it_takes_a_verified_name_to_ask_and_none_is_no(user: User, operator: User) -> None:
    one = account("a@example.com", "Marguerite Yourcenar")
    with pytest.raises(Refusal) as refused:
        is_named_as(user, one, by=operator, case="8Z0K3ABCDE")
    assert refused.value.code == "not_verified"
    assert not is_named_as(one, user, by=operator, case="8Z0K3ABCDE")


def test_who_is_erased_is_nobody(operator: User) -> None:
    one, other = account("a@example.com", "Lin Mei"), account("b@example.com", "Lin Mei", NUMBERS[1])
    destroy(other)
    assert not is_named_as(one, User.objects.get(pk=other.pk), by=operator, case="8Z0K3ABCDE")
