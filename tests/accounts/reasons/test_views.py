from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.reasons import wording
from accounts.reasons.schema import (
    Account,
    Automation,
    Category,
    Decision,
    GroundKind,
    Keyword,
    Provision,
    Source,
    Visibility,
)
from accounts.users.models import User

from .statements import FACTS, stated

pytestmark = pytest.mark.django_db


def test_the_person_reads_what_was_decided_and_why(client: Client, user: User) -> None:
    statement = stated(user)
    client.force_login(user)
    assert b"Access to the content is off" in client.get(reverse("reasons:list")).content
    page = client.get(reverse("reasons:statement", args=[statement.pk])).content.decode()
    for words in (
        FACTS,
        "Civil Code Art. 1019",
        "8Z0K3ABCDE",
        "By a machine alone",
        "you can object",
        str(statement.pk),
    ):
        assert words.casefold() in page.casefold()


def test_nobody_else_reads_it(client: Client, user: User, other_user: User) -> None:
    statement = stated(user)
    client.force_login(other_user)
    assert client.get(reverse("reasons:statement", args=[statement.pk])).status_code == 404
    assert b"Nothing was decided against you" in client.get(reverse("reasons:list")).content


def test_a_decision_about_an_account_has_its_end(client: Client, user: User, operator: User) -> None:
    decision = Decision(provision=Provision.PARTIAL_SUSPENSION, ends_on=None)
    statement = stated(user, decision=decision, by=operator)
    assert wording.decisions_of(statement) == ["Parts of the service are suspended"]
    assert dict(wording.describe(statement))["Until"] == "Until it is lifted"


@pytest.mark.parametrize(
    ("words", "table"),
    [
        (Visibility, wording.VISIBILITIES), (Provision, wording.PROVISIONS), (Account, wording.ACCOUNTS), (Keyword, wording.KEYWORDS),
        (GroundKind, wording.GROUNDS), (Category, wording.CATEGORIES), (Source, wording.SOURCES), (Automation, wording.AUTOMATION),
    ],
)  # fmt: skip
def test_every_word_of_the_schema_has_a_sentence(words: type, table: dict[object, object]) -> None:
    assert set(table) == set(words)  # type: ignore[call-overload]
    with translation.override("en"):
        assert all(str(sentence) for sentence in table.values())
