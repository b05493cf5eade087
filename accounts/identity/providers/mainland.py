"""What the services for mainland resident identity cards have in common: whom they can judge, and how a reply becomes an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.providers.exchange import Reply, Unanswered
from accounts.identity.providers.protocol import (
    LONGEST_REFERENCE,
    Answer,
    ClaimFacts,
    Evidence,
    Finding,
    Trouble,
)

logger = logging.getLogger(__name__)


def can_judge(facts: ClaimFacts, *, has_phone: bool) -> bool:
    """Mainland resident identity cards alone; with a telephone number where the service asks with one."""
    return facts.document.type is DocumentType.RESIDENT_ID and bool(facts.phone) >= has_phone


def answer(
    send: Callable[[], Reply],
    read: Callable[[bytes], tuple[Finding, object]],
    name: str,
    method: str,
    now: datetime,
) -> Answer:
    """Ask by ``send`` and read the reply: ``read`` gives its finding and its reference, or raises :class:`Unanswered`."""
    try:
        reply = send()
        if reply.is_busy:
            raise Unanswered(Trouble.OUTAGE)
        finding, reference = read(reply.body)
        if finding is Finding.MATCH and not reference:  # by which an answer that is sent again is known
            raise Unanswered(Trouble.MALFORMED)
    except Unanswered as error:
        logger.warning("%s did not answer: %s", name, error.trouble)
        return Answer(Finding.UNAVAILABLE, name, method, now, trouble=error.trouble)
    level = Level.THIRD_PARTY_MATCH if finding is Finding.MATCH else Level.NONE
    return Answer(
        finding, name, method, now, level, str(reference)[:LONGEST_REFERENCE], Evidence.of(reply.body)
    )
