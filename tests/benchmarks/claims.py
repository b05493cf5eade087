"""How long the form of a real name takes for document numbers that nobody here has, and for those that another account holds."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.users.models import User

PROVIDERS = ("manual", "local")
"""Who decides: staff, or nobody. The worker asks either way, so no provider's own time is in the answer."""
FREE, HELD = "free", "held"
FIRST_BORN = date(1950, 1, 1)
PEOPLE_A_DAY = 1000

Seconds = dict[tuple[str, str, str], dict[str, list[float]]]
"""By provider, answer (the form's, or the page it leads to) and clock (time that passes, or the processor's): of free numbers and of held ones."""


def measured(numbers: int) -> Seconds:
    """Claim, for each provider, ``numbers`` free and as many held ones, each from an account of its own, all in random order."""
    asked = [(provider, kind) for provider in PROVIDERS for kind in (FREE, HELD)] * numbers
    random.Random(1).shuffle(asked)
    claims = list(zip(_people(len(asked)), asked, _documents(), strict=False))
    _hold([document for _, (_, kind), document in claims if kind == HELD])
    seconds: Seconds = defaultdict(lambda: {FREE: [], HELD: []})
    _warm_up()
    for person, (provider, kind), document in claims:
        _choose(provider)
        for (answer, clock), taken in _timed(person, document).items():
            seconds[provider, answer, clock][kind].append(taken)
    return {key: seconds[key] for key in sorted(seconds)}


def _people(number: int, name: str = "claims") -> list[User]:
    from accounts.users.models import User

    emails = (f"{name}{each}@example.com" for each in range(number))
    return User.objects.bulk_create(User(email=each, password="!") for each in emails)


def _warm_up() -> None:
    """What is only loaded once."""
    from tests.consent.people import NUMBERS

    for provider, person, document in zip(PROVIDERS, _people(len(PROVIDERS), "warms"), NUMBERS, strict=False):
        _choose(provider)
        _timed(person, document)


def _choose(provider: str) -> None:
    from django.conf import settings

    from config.environment import read

    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": provider})


def _documents() -> Iterator[str]:
    """Well-formed numbers of resident identity cards, one after the other."""
    from accounts.identity.documents import check_character

    for number in range(PEOPLE_A_DAY * 10_000):
        born = FIRST_BORN + timedelta(days=number // PEOPLE_A_DAY)
        digits = f"110101{born:%Y%m%d}{number % PEOPLE_A_DAY:03}"
        yield digits + check_character(digits)


def _hold(documents: list[str]) -> None:
    """Have each stand for the verified name of an account."""
    from accounts.identity.documents import DocumentType
    from accounts.identity.services import vouch

    for person, document in zip(_people(len(documents), "holds"), documents, strict=True):
        vouch(by=None, user=person, document_type=DocumentType.RESIDENT_ID, name="Lin Mei", number=document)


def _timed(person: User, document: str) -> dict[tuple[str, str], float]:
    """Seconds by answer and clock, until the form is answered, and from then on until the page is that it leads to."""
    from django.test import Client

    browser = Client(HTTP_HOST="127.0.0.1:8000")
    browser.force_login(person)
    stated = {"document_type": "resident_id", "name": "Ada Lovelace", "number": document}
    began = _clocks()
    sent = browser.post("/me/identity/", stated)
    answered = _clocks()
    page = browser.get("/me/identity/")
    ended = _clocks()
    if (sent.status_code, page.status_code, b"Waiting for a decision" in page.content) != (302, 200, True):
        raise RuntimeError(f"expected a claim that waits, found {sent.status_code} and {page.status_code}")
    spans = {"form": (began, answered), "page": (answered, ended)}
    return {
        (answer, clock): end[clock] - start[clock]
        for answer, (start, end) in spans.items()
        for clock in began
    }


def _clocks() -> dict[str, float]:
    return {"passed": time.perf_counter(), "CPU": time.process_time()}
