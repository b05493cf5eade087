"""How often one sender may ask for something. What is counted under is no address (:mod:`accounts.access.senders`)."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts.access.senders import sender_of
from accounts.refusals import Refusal


class TooMany(Refusal):
    """A refusal that passes by itself, in ``Retry-After`` seconds. ``headers`` go with its answer."""

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        sentence = ngettext(
            "That was often for one address. Try again in %(minutes)d minute.",
            "That was often for one address. Try again in %(minutes)d minutes.",
            minutes,
        )
        super().__init__("too_many_requests", sentence % {"minutes": minutes}, status=429)
        self.headers = {"Retry-After": str(retry_after)}


def count(request: HttpRequest, *, purpose: str, most: int, seconds: int, now: float) -> None:
    """Count this request for its sender, and raise :class:`TooMany` beyond ``most`` in ``seconds``.

    ``now`` is Unix time. Windows stand still: they begin at its multiples of ``seconds``. Counts of different
    purposes know nothing of one another. Without a cache that counts, nobody is refused.
    """
    window, passed = divmod(int(now), seconds)
    key = f"limit:{purpose}:{window}:{sender_of(request)}"
    cache.add(key, 0, timeout=seconds + 60)
    try:
        found = cache.incr(key)
    except ValueError:  # the cache was cleared in between
        return
    if found > most:
        raise TooMany(seconds - passed)
