"""The address of a webhook …"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.notices.webhooks.addresses import AddressInvalid, Target, is_public, read_target


def test_it_is_read() -> None:
    assert read_target("https://Example.com./hook?a=b", may_be_loopback=False) == Target(
        "https", "example.com", 443, "/hook?a=b"
    )
    assert read_target("https://[2606:4700::1111]:8443", may_be_loopback=False) == Target(
        "https", "2606:4700::1111", 8443, "/"
    )


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "malformed"),
        ("https://", "malformed"),
        ("https:///path", "malformed"),
        ("https://example.com:0/", "malformed"),
        ("https://example.com:99999/", "malformed"),
        ("https://[::1", "malformed"),
        ("https://[fe80::1%25eth0]/", "malformed"),
        ("https://例子.cn/", "malformed"),
        ("https://example.com/a b", "malformed"),
        ("https://example.com/\r\nX: y", "malformed"),
        ("https://example.com\\@10.0.0.1/", "malformed"),
        ("https://example.com/" + "a" * 500, "too_long"),
        ("https://me@example.com/", "has_credentials"),
        ("https://:secret@example.com/", "has_credentials"),
        ("https://example.com/#part", "has_fragment"),
        ("http://example.com/", "not_https"),
        ("http://localhost/", "not_https"),
        ("ftp://example.com/", "not_https"),
        ("//example.com/", "not_https"),
        ("https://10.0.0.1/", "private_address"),
        ("https://127.0.0.1/", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
    ],
)
def test_it_is_refused(url: str, code: str) -> None:
    with pytest.raises(AddressInvalid) as refused:
        read_target(url, may_be_loopback=False)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "url", ["http://localhost:9/", "http://127.0.0.1/", "http://[::1]/", "https://127.0.0.1/"]
)
def test_it_may_be_this_machine_where_the_site_is_for_development(url: str) -> None:
    assert read_target(url, may_be_loopback=True)


@pytest.mark.parametrize(
    "url", ["http://example.com/", "http://10.0.0.1/", "ftp://localhost/", "http://localhost.example/"]
)
def test_it_is_on_http_for_this_machine_alone(url: str) -> None:
    with pytest.raises(AddressInvalid, match="not_https"):
        read_target(url, may_be_loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "192.0.0.1",
        "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:db8::1", "2002:a00:1::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_it_leads_into_no_network_of_its_own(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2a00:1450::1"])
def test_it_leads_to_the_public_internet(address: str) -> None:
    assert is_public(ip_address(address))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_it_is_public_only_where_python_calls_it_global(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_private


@settings(max_examples=100, deadline=None)
@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0", "64:ff9b::", "::"]))
def test_it_hides_no_other_address(inner: IPv4Address, prefix: str) -> None:
    assert not is_public(IPv6Address(int(IPv6Address(prefix)) | int(inner)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.booleans())
def test_any_text_is_read_or_refused(text: str, may_be_loopback: bool) -> None:
    for url in (text, f"https://{text}"):
        try:
            target = read_target(url, may_be_loopback=may_be_loopback)
        except AddressInvalid:
            continue
        assert target.path.startswith("/")
        assert 0 < target.port < 65536
