from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.records.models import Record
from accounts.users.models import User
from consent.contacts.services import contact_for
from consent.requests.models import Request
from consent.rules.answering import Answer, Rules, WhoMayAsk
from consent.rules.models import StandingRules
from consent.rules.services import answer_of, rules_of, set_rules
from consent.scope import VERSION, Purpose
from consent.scope.documents import write_scope
from tests.consent.people import scope_for

FORM = {
    "who": "listed",
    "listed": "",
    "least_level": "2",
    "purposes": ["education", "editorial"],
    "most_per_week": "3",
}


def ask(client: Client, **changes: object) -> int:
    return client.post(reverse("likeness:rules"), {**FORM, **changes}).status_code


def test_it_keeps_what_the_form_says(client: Client, person: User, creator: User) -> None:
    client.force_login(person)
    assert ask(client, listed=f" {creator.producer_id.lower()}\n", only_with_preview="on") == 302
    assert rules_of(person) == Rules(
        who=WhoMayAsk.LISTED,
        listed=frozenset({creator.producer_id}),
        least_level=2,
        purposes=frozenset({Purpose.EDUCATION, Purpose.EDITORIAL}),
        only_with_preview=True,
        most_per_week=3,
    )
    assert Record.objects.filter(kind="rules.set", subject=f"rules:{person.producer_id}").count() == 1
    assert creator.producer_id in client.get(reverse("likeness:rules")).content.decode()


@pytest.mark.parametrize(
    "changes", [{"listed": "NOBODYHERE"}, {"who": "friends"}, {"most_per_week": "0"}, {"purposes": ["fun"]}]
)
def test_it_refuses_what_it_does_not_know(client: Client, person: User, changes: dict[str, object]) -> None:
    client.force_login(person)
    assert ask(client, **changes) == 422
    assert rules_of(person) == Rules()


def test_it_answers_a_request_by_the_rules_of_its_target(person: User, creator: User) -> None:
    now = timezone.now()
    scope = write_scope(scope_for(creator))
    request = Request.objects.create(
        requester=creator,
        contact=contact_for("lin@example.com"),
        state="sent",
        sent_at=now,
        vocabulary=VERSION,
        scope=scope,
        scope_sha256="0" * 64,
        answer_by=now + timezone.timedelta(days=14),
    )
    assert answer_of(person, request) is Answer.ASK
    set_rules(by=person, rules=Rules(least_level=4))
    assert answer_of(person, request) is Answer.REFUSE


def test_the_database_refuses_impossible_rules(person: User) -> None:
    for changes in ({"most_per_week": 0}, {"least_level": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StandingRules.objects.create(person=person, **changes)
