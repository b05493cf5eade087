"""How often one caller may ask."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from accounts.access.senders import sender_of

WINDOW_SECONDS = 60


class CallerThrottle(BaseThrottle):
    """So many requests in each minute of the clock: by account where a token came along, else by address.

    One counter per caller in the cache that all processes share. An address is what `sender_of` takes for one.
    """

    def __init__(
        self, *, with_token: int, without_token: int, clock: Callable[[], float] = time.time
    ) -> None:
        self.with_token = with_token
        self.without_token = without_token
        self.clock = clock

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request; False when it is one too many."""
        caller, limit = self._caller(request)
        key = f"api-{caller}-{int(self.clock() // WINDOW_SECONDS)}"
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        try:
            return int(cache.incr(key)) <= limit
        except ValueError:  # the cache was cleared in between
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW_SECONDS - self.clock() % WINDOW_SECONDS

    def _caller(self, request: HttpRequest) -> tuple[str, int]:
        token = getattr(request, "auth", None)
        if token is not None:
            return f"owner-{token.client.owner_id}", self.with_token
        # Keyed: the cache may lie in a database, and who asked is nobody's business afterwards.
        return f"address-{sender_of(request)}", self.without_token
