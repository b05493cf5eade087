"""The link that a person is written to with: it leads to the request and gives no right to anything."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from accounts.vault.blind_index import blind_index
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState

TOKEN_BYTES = 16
"""128 random bits."""
_TOKEN = re.compile(r"[0-9a-f]{32}")
_UNSENT = frozenset({RequestState.DRAFT, RequestState.HELD})


def token_for(request: Request) -> str:
    """Make the token of a request's link, 32 hexadecimal digits; the database keeps its blind index only. One made before is dead."""
    token = secrets.token_hex(TOKEN_BYTES)
    request.token_index = index_of(token)
    request.save(update_fields=["token_index"])
    return token


def request_by_token(token: str, *, now: datetime) -> Request | None:
    """The request that a link leads to while it waits for an answer; None for everything else, and does not say why."""
    if not _TOKEN.fullmatch(token):
        return None
    waiting = Request.objects.filter(token_index=index_of(token), state__in=OPEN - _UNSENT, answer_by__gt=now)
    return waiting.select_related("requester", "contact", "person").first()


def index_of(token: str) -> bytes:
    """The 32 bytes by which the database knows a token."""
    return blind_index("request link", token)
