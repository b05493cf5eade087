"""Who sends a request, as limits see it …"""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from accounts.access.senders import network_of, sender_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_it_counts_ipv6_by_its_first_64_bits(address: str, network: str) -> None:
    assert network_of(address) == network


def sender(address: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return sender_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers))


def test_it_knows_a_sender_again_and_tells_no_address() -> None:
    assert sender("198.51.100.7") == sender("198.51.100.7") != sender("198.51.100.8")
    assert sender("2001:db8::1") == sender("2001:db8::2") != sender("2001:db8:0:1::1")
    assert len(sender("198.51.100.7")) == 64
    assert int(sender("198.51.100.7"), 16) > 1 << 128


def test_it_believes_as_many_proxies_as_it_is_told(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert sender("10.0.0.1", "6.6.6.6, 198.51.100.7") == sender("10.0.0.2", "198.51.100.7")
    assert sender("10.0.0.1", "198.51.100.7, 6.6.6.6") != sender("10.0.0.2", "198.51.100.7")


@pytest.mark.parametrize("forwarded", ["not an address", None])
def test_who_comes_past_the_proxies_is_known_by_the_socket(settings: Settings, forwarded: str | None) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert sender("10.0.0.1", forwarded) == sender("10.0.0.1", "10.0.0.1")


def test_too_few_proxies_leave_the_socket(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert sender("10.0.0.1", "6.6.6.6") == sender("10.0.0.1", "7.7.7.7")
