"""Measures the log of an installation where people ask each other for their consent and give it, in a process of its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING

from tests.benchmarks.records.measuring import checked

if TYPE_CHECKING:
    from accounts.users.models import User

OF_A_CONSENT = 11
"""Records that one consent leaves: the request and its delivery, the answer, the grant, a receipt for each side."""
FEWEST_PEOPLE = 3


def main(records: int) -> dict[str, float]:
    """Measure with some ``records`` records. Times are in seconds of CPU."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", "vault", database="vault", verbosity=0)
    people = list(_people(how_many_for(records)))
    consents = sum(_consent(asking=one, asked=other) for one, other in permutations(people, 2))
    found = {"people": len(people), "consents": consents, **checked()}
    return {f"mixed_{name}": float(value) for name, value in found.items()}


def how_many_for(records: int) -> int:
    """The fewest people who leave that many records when each asks every other one."""
    people = FEWEST_PEOPLE
    while people * (people - 1) * OF_A_CONSENT < records:
        people += 1
    return people


def _people(number: int) -> Iterator[User]:
    from accounts.identity.documents import check_character
    from tests.consent.people import account

    for each in range(number):
        digits = f"11010119800101{each:03}"
        yield account(f"person{each}@example.com", "Lin Mei", digits + check_character(digits))


def _consent(*, asking: User, asked: User) -> bool:
    """Ask, deliver and grant; whether that gave a grant."""
    from consent.answers import services
    from consent.grants.models import Grant
    from consent.requests.delivery import deliver
    from tests.consent.answers.asked import given, private_scope
    from tests.consent.answers.saying import question_about
    from tests.consent.requests.asking import sent

    request = sent(asking, asked.email, scope=private_scope(asking))
    deliver(request.pk)
    request.refresh_from_db()
    nonce = bytes(question_about(request, asked).nonce)
    return isinstance(services.grant(request, by=asked, nonce=nonce, given=given(typed="I agree")), Grant)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
