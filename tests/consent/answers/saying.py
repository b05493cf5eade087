"""Signing what has to be said, saying it, and hearing it. For tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.answers import services
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.statements.models import Statement
from consent.statements.services import record
from tests.consent.answers.asked import TICKS, given, seen

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.requests.models import Request
    from consent.scope import Scope
    from tests.consent.answers.passkeys import Passkey

RECORDING = b"OggS" + bytes(2000)


def question_about(request: Request, by: User, offer: Scope | None = None) -> Question:
    return services.ask(request, by=by, seen=seen(request), ticks=TICKS, locale="en", offer=offer)


def signed(request: Request, by: User, passkey: Passkey, offer: Scope | None = None) -> object:
    """What came of the signature of ``by`` under ``request``, or under an ``offer`` of less."""
    question = question_about(request, by, offer)
    act = services.narrow if offer else services.grant
    return act(request, by=by, nonce=bytes(question.nonce), given=given(passkey.sign(challenge_of(question))))


def said(request: Request, by: User, passkey: Passkey, offer: Scope | None = None) -> Statement:
    """A statement that was signed and said, and waits to be heard."""
    statement = signed(request, by, passkey, offer)
    assert isinstance(statement, Statement)
    return record(by=by, statement=statement, recording=RECORDING)
