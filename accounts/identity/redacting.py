"""Having a provider erase what it holds of visits that ended: pictures of documents and faces, and what was read from them.

Whatever came of the question, and whether its account is still there. It is asked for in no transaction, again each hour until
the provider says that it does it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from accounts.identity.models import IdentityQuestion
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import VisitedProvider
from accounts.identity.states import QUESTION_OPEN

AGAIN = timedelta(hours=1)

logger = logging.getLogger(__name__)


def sweep(now: datetime, most: int) -> int:
    """Ask for what is due of the installation's provider, at most ``most``; count what it erases."""
    provider = registry.visited()
    if provider is None:
        return 0
    ended = IdentityQuestion.objects.exclude(session="").exclude(state__in=QUESTION_OPEN)
    due = ended.filter(provider=provider.name, redact_at__lte=now).order_by("redact_at", "pk")
    return sum(
        _erase(provider, pk, session, now) for pk, session in list(due.values_list("pk", "session")[:most])
    )


def _erase(provider: VisitedProvider, pk: int, session: str, now: datetime) -> bool:
    held = IdentityQuestion.objects.filter(pk=pk, session=session)
    if not held.filter(redact_at__lte=now).update(redact_at=now + AGAIN):
        return False  # somebody else does it
    if not provider.erase(session):
        return False
    held.update(session="", redact_at=None)
    logger.info("%s erases what it holds of question %s", provider.name, pk)
    return True
