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
from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, Journey
from accounts.identity.providers.tencent import Tencent

from . import fake_servers
from .fake_openid import ACR, OpenID
from .fake_servers import ADA, INVALID, KEY_ID, SECRET, STRANGER, FakeServer, serving

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
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

    make: Callable[..., Any]
    server: FakeServer
    fake: Any
    findings = tuple(STATED)

    def ask(
        self, finding: Finding = Finding.MATCH, secret: str = SECRET, now: datetime = NOON, url: str = ""
    ) -> Answer:
        provider = self.make(Endpoint(url or self.server.url, deadlines=HASTY), KEY_ID, secret)
        answer: Answer = provider.check(facts_of(*STATED[finding]), now)
        return answer


@dataclass
class Visited:
    """An adapter that people go to themselves: it names the person, so that nobody states what could be wrong."""

    make: Callable[..., Any]
    server: FakeServer
    fake: OpenID
    findings = (Finding.MATCH, Finding.NO_RECORD)

    def ask(
        self, finding: Finding = Finding.MATCH, secret: str = SECRET, now: datetime = NOON, url: str = ""
    ) -> Answer:
        if finding is Finding.NO_RECORD:
            self.fake.userinfo, self.fake.claims = (
                {"sub": "Ab3-subject"},
                {"acr": "urn:example:assurance:none"},
            )
        provider = self.provider(secret, url)
        journey = new_journey()
        address = provider.address(journey, "state", BACK)
        code = self.fake.visit(address) if address else "no-code"
        answer: Answer = provider.redeem(code, journey, BACK, now)
        return answer

    def provider(self, secret: str = SECRET, url: str = "") -> Any:
        assurance = frozenset({ACR}) if self.make is ResultOnlyProvider else frozenset()
        return self.make(Endpoint(url or self.server.url, deadlines=HASTY), KEY_ID, secret, assurance)


def new_journey() -> Journey:
    return Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


@contextmanager
def adapters() -> Iterator[dict[str, Stated | Visited]]:
    """All of them, by name."""
    with ExitStack() as stack:
        found: dict[str, Stated | Visited] = {}
        for name, fake, make in (
            ("aliyun", fake_servers.Aliyun, Aliyun),
            ("tencent", fake_servers.Tencent, Tencent),
        ):
            server = stack.enter_context(serving(fake(NOON)))
            found[name] = Stated(make, server, server.respond)
            found[f"{name}-phone"] = Stated(
                lambda *given, make=make: make(*given, has_phone=True), server, server.respond
            )
        for openid in (OpenIDProvider, ResultOnlyProvider):
            server = stack.enter_context(serving(OpenID(NOON)))
            server.respond.url = server.url  # type: ignore[attr-defined]
            found[openid.name] = Visited(openid, server, server.respond)  # type: ignore[arg-type]
        yield found


NAMES = ("aliyun", "aliyun-phone", "tencent", "tencent-phone", "oidc", "result-only")


def fresh(adapter: Stated | Visited) -> Stated | Visited:
    """``adapter`` whose server has heard nothing yet, is well and says what it usually does."""
    cache.clear()
    adapter.server.reset()
    if isinstance(adapter, Visited):
        adapter.fake.__dict__.update(OpenID(NOON, url=adapter.server.url, key=adapter.fake.key).__dict__)
    else:
        adapter.fake.__init__(NOON)
    return adapter
