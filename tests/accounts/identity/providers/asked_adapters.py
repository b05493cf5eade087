"""Every adapter beside the server that it asks, driven the same way."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.cache import cache

from accounts.identity.documents import DocumentType, check
from accounts.identity.providers.aliyun import Aliyun
from accounts.identity.providers.exchange import Deadlines, Endpoint
from accounts.identity.providers.oidc import OpenIDProvider, ResultOnlyProvider
from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, Journey, Visit
from accounts.identity.providers.stripe import StripeProvider
from accounts.identity.providers.tencent import Tencent

from . import fake_servers
from .fake_openid import ACR, OpenID
from .fake_servers import ADA, INVALID, KEY_ID, SECRET, STRANGER, FakeServer, serving
from .fake_stripe import Stripe

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
USUAL = Deadlines()
HASTY = Deadlines(connect=1.0, read=0.2, total=0.5)
BACK = "http://127.0.0.1:8000/me/identity/provider/back"
STATED = {
    Finding.MATCH: ADA,
    Finding.MISMATCH: ("张三", ADA[1], ADA[2]),
    Finding.NO_RECORD: STRANGER,
    Finding.INVALID_INPUT: INVALID,
}


def facts_of(name: str, number: str, phone: str = "") -> ClaimFacts:
    return ClaimFacts(name, check(DocumentType.RESIDENT_ID, number, date(2026, 1, 1)), phone)


@dataclass
class Stated:
    """An adapter that is asked about what somebody stated."""

    name: str
    make: Callable[[Endpoint, str], Any]
    server: FakeServer
    fake: Any
    findings = tuple(STATED)

    def provider(self, secret: str = SECRET, url: str = "", deadlines: Deadlines = USUAL) -> Any:
        return self.make(Endpoint(url or self.server.url, deadlines=deadlines), secret)

    def ask(self, finding: Finding = Finding.MATCH, *, now: datetime = NOON, **how: Any) -> Answer:
        answer: Answer = self.provider(**how).check(facts_of(*STATED[finding]), now)
        return answer


@dataclass
class Visited:
    """An adapter that people go to themselves: it names the person, so that nobody states what could be wrong."""

    name: str
    make: Callable[[Endpoint, str], Any]
    server: FakeServer
    fake: OpenID | Stripe

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.fake.findings

    def provider(self, secret: str = SECRET, url: str = "", deadlines: Deadlines = USUAL) -> Any:
        return self.make(Endpoint(url or self.server.url, deadlines=deadlines), secret)

    def ask(self, finding: Finding = Finding.MATCH, *, now: datetime = NOON, **how: Any) -> Answer:
        if finding is not Finding.MATCH:
            self.fake.show(finding)
        provider, journey = self.provider(**how), new_journey()
        visit = provider.begin(journey, "state", BACK)
        code = self.brought(visit) if visit else "vs_none"
        answer: Answer = provider.redeem(code, journey, BACK, now)
        return answer

    def brought(self, visit: Visit) -> str:
        """What is fetched once the person was there: the session, or the code that they bring back."""
        back = self.fake.visit(visit.address)
        return visit.session or back["code"]


Adapter = Stated | Visited


def new_journey() -> Journey:
    return Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


CLOUDS: dict[str, tuple[type[Any], type[Any], bool]] = {
    "aliyun": (fake_servers.Aliyun, Aliyun, False),
    "aliyun-phone": (fake_servers.Aliyun, Aliyun, True),
    "tencent": (fake_servers.Tencent, Tencent, False),
    "tencent-phone": (fake_servers.Tencent, Tencent, True),
}
VISITS: dict[str, tuple[type[Any], Callable[[Endpoint, str], Any]]] = {
    "oidc": (OpenID, lambda endpoint, secret: OpenIDProvider(endpoint, KEY_ID, secret)),
    "result-only": (
        OpenID,
        lambda endpoint, secret: ResultOnlyProvider(endpoint, KEY_ID, secret, frozenset({ACR})),
    ),
    "stripe": (Stripe, StripeProvider),
}
NAMES = (*CLOUDS, *VISITS)


@contextmanager
def adapters() -> Iterator[dict[str, Adapter]]:
    """All of them, by name."""
    with ExitStack() as stack:
        found: dict[str, Adapter] = {}
        for name, (fake, cloud, has_phone) in CLOUDS.items():
            server = stack.enter_context(serving(fake(NOON)))
            found[name] = Stated(name, _cloud(cloud, has_phone), server, server.respond)
        for name, (fake, make) in VISITS.items():
            visited = fake(NOON)
            server = stack.enter_context(serving(visited))
            visited.url = server.url
            found[name] = Visited(name, make, server, visited)
        yield found


def _cloud(make: type[Any], has_phone: bool) -> Callable[[Endpoint, str], Any]:
    return lambda endpoint, secret: make(endpoint, KEY_ID, secret, has_phone=has_phone)


def fresh(adapter: Adapter) -> Adapter:
    """``adapter`` whose server has heard nothing yet, is well and says what it usually does."""
    cache.clear()
    adapter.server.reset()
    adapter.fake.reset(NOON)
    return adapter
