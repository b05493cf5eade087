"""A limit for each address …"""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from accounts.access import limits

HOUR = 3600
NOW = 1_800_000_000.0 - 1_800_000_000 % HOUR


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def ask(times: int, *, now: float = NOW, purpose: str = "test", **headers: str) -> None:
    request = RequestFactory().post("/", **headers)
    for _ in range(times):
        limits.count(request, purpose=purpose, most=3, seconds=HOUR, now=now)


def test_it_counts_by_address_window_and_purpose() -> None:
    ask(3, REMOTE_ADDR="198.51.100.1")
    ask(1, REMOTE_ADDR="198.51.100.2")
    ask(1, REMOTE_ADDR="198.51.100.1", purpose="other")
    with pytest.raises(limits.TooMany, match=r"Try again in 2 minutes\.") as caught:
        ask(1, now=NOW + HOUR - 90.5, REMOTE_ADDR="198.51.100.1")
    assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "91"})
    ask(1, now=NOW + HOUR, REMOTE_ADDR="198.51.100.1")


def test_a_whole_network_of_ipv6_is_one_sender() -> None:
    for number in range(3):
        ask(1, REMOTE_ADDR=f"2001:db8:1:2::{number}")
    with pytest.raises(limits.TooMany):
        ask(1, REMOTE_ADDR="2001:db8:1:2:ffff::1")
    ask(1, REMOTE_ADDR="2001:db8:1:3::1")


def test_it_believes_as_many_proxies_as_it_is_told(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    for _ in range(3):
        ask(1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.1, 10.0.0.2")
    ask(1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.2, 10.0.0.2")
    with pytest.raises(limits.TooMany):
        ask(1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="7.7.7.7, 198.51.100.1, 10.0.0.2")


def test_without_a_cache_nobody_is_counted(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    ask(4, REMOTE_ADDR="198.51.100.1")


def test_it_keeps_no_address() -> None:
    ask(1, REMOTE_ADDR="198.51.100.77")
    assert "198.51.100.77" not in str(getattr(cache, "_cache", {}))
