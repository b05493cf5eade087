"""A request that waits for its person, and what the person does in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from consent.answers.agreeing import Seen
from consent.answers.proving import Given
from consent.answers.signing import Site
from consent.answers.ticks import Tick
from consent.scope import Audience, Scope
from tests.consent.answers.passkeys import ORIGIN
from tests.consent.people import scope_for

if TYPE_CHECKING:
    from django.test import Client

    from accounts.users.models import User
    from consent.requests.models import Request

TICKS = frozenset(Tick)
NAME, ADDRESS = "Lin Mei", "lin@example.com"


def private_scope(grantee: User) -> Scope:
    """What an identity alone is enough for."""
    return replace(scope_for(grantee), audience=Audience.PRIVATE)


def asked(
    requester: User,
    scope: Scope | None = None,
    *,
    address: str = ADDRESS,
    name: str = NAME,
    subject: str = "",
) -> Request:
    """A request of ``requester`` that was sent and delivered, to be answered within fourteen days."""
    from consent.contacts.services import contact_for
    from consent.grants.evidence import scope_digest
    from consent.requests.models import Request
    from consent.requests.names import sealed_name
    from consent.requests.states import RequestState
    from consent.scope import VERSION
    from consent.scope.documents import write_scope

    now = timezone.now()
    document = write_scope(scope or scope_for(requester))
    request = Request(
        requester=requester,
        contact=contact_for(address),
        subject=subject,
        state=RequestState.SENT,
        vocabulary=VERSION,
        scope=document,
        scope_sha256=scope_digest(document),
        created_at=now,
        sent_at=now,
        delivered_at=now,
        answer_by=now + timedelta(days=14),
    )
    for column, value in sealed_name(request, name).items():
        setattr(request, column, value)
    request.save(force_insert=True)
    return request


def seen(request: Request) -> Seen:
    """What a page of ``request`` shows now."""
    return Seen(request.version, request.scope_sha256)


def given(assertion: str = "", typed: str = "") -> Given:
    """What a person who signed in just now does."""
    return Given(reauthenticated_at=timezone.now(), site=Site(ORIGIN), assertion=assertion, typed=typed)


def reauthenticate(browser: Client, user: User) -> None:
    """Let the session of ``browser`` have proved again whose it is, just now, as allauth notes it."""
    session = browser.session
    session["account_authentication_methods_user"] = str(user.pk)
    record = {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session.save()
