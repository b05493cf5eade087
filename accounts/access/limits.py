"""How often one address may ask for something. Of the address nothing is kept but a keyed hash, for a while."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from accounts.refusals import Refusal

SALT = "accounts.access.limits"


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
    """Count this request for its address, and raise :class:`TooMany` beyond ``most`` in ``seconds``.

    ``now`` is Unix time. Windows stand still: they begin at its multiples of ``seconds``. Counts of different
    purposes know nothing of one another. Without a cache that counts, nobody is refused.
    """
    window, passed = divmod(int(now), seconds)
    keyed = salted_hmac(SALT, address_of(request), algorithm="sha256").hexdigest()
    key = f"limit:{purpose}:{window}:{keyed}"
    cache.add(key, 0, timeout=seconds + 60)
    try:
        found = cache.incr(key)
    except ValueError:  # the cache was cleared in between
        return
    if found > most:
        raise TooMany(seconds - passed)


def address_of(request: HttpRequest) -> str:
    """The sender's address, behind as many proxies as ``ALLAUTH_TRUSTED_PROXY_COUNT`` says."""
    try:
        return str(get_adapter().get_client_ip(request))
    except ImproperlyConfigured:  # it came past the proxies
        return str(request.META.get("REMOTE_ADDR", ""))
