"""The link that a person is written to with: it leads to the request and gives no right to anything.

Its token is not kept. It follows, under a key that is not in the database, from a reference that the requester never
learns; the row holds the token's blind index.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from accounts.vault.blind_index import blind_index
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState

TOKEN_BYTES = 16
"""128 bits."""
_TOKEN = re.compile(r"[0-9a-f]{32}")
_UNDELIVERED = frozenset({RequestState.DRAFT, RequestState.HELD})


def token_for(request: Request) -> str:
    """The token of a request's link, 32 hexadecimal digits, always the same; the row learns its blind index."""
    key = hmac.new(bytes.fromhex(settings.KEYS.blind_index_key), b"links to requests", sha256).digest()
    digest = hmac.new(key, str(request.answer_reference).encode(), sha256)
    token = digest.hexdigest()[: 2 * TOKEN_BYTES]
    if request.token_index is None:
        request.token_index = index_of(token)
        request.save(update_fields=["token_index"])
    return token


def request_by_token(token: str, *, now: datetime | None = None) -> Request | None:
    """The request that a link leads to while it waits for an answer; None for everything else, and does not say why."""
    if not _TOKEN.fullmatch(token):
        return None
    now = now or timezone.now()
    waiting = Request.objects.filter(
        token_index=index_of(token), state__in=OPEN - _UNDELIVERED, answer_by__gt=now
    )
    return waiting.select_related("requester", "contact", "person").first()


def index_of(token: str) -> bytes:
    """The 32 bytes by which the database knows a token."""
    return blind_index("request link", token)
