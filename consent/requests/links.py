"""The link in the mail to a person. It only addresses a request: whoever opens it has proved nothing.

Its token is not kept. It follows, under a key that is not in the database, from a reference that the requester never
learns; the row holds the token's blind index.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from accounts.vault.blind_index import blind_index
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState

TOKEN_BYTES = 16
_DEAD = (
    RequestState.DRAFT,
    RequestState.HELD,
    RequestState.SUPERSEDED,
    RequestState.CANCELLED,
    RequestState.EXPIRED,
)


def token_for(request: Request) -> str:
    """The token of the link to ``request``: 128 bits as 32 hexadecimal digits, always the same."""
    key = hmac.new(bytes.fromhex(settings.KEYS.blind_index_key), b"links to requests", sha256).digest()
    return hmac.new(key, str(request.answer_reference).encode(), sha256).hexdigest()[: 2 * TOKEN_BYTES]


def token_index(token: str) -> bytes:
    """The 32 bytes by which the database knows a token."""
    return blind_index("link to a request", token)


def request_by_token(token: str, *, now: datetime | None = None) -> Request | None:
    """The request that a link leads to, answered or not; None for unknown, undelivered, expired, edited and cancelled ones.

    To have the link proves nothing about who has it.
    """
    now = now or timezone.now()
    found = Request.objects.filter(token_index=token_index(token)).exclude(state__in=_DEAD)
    request = found.select_related("requester", "contact", "person").first()
    if request is None or (RequestState(request.state) in OPEN and request.answer_by <= now):
        return None
    return request
