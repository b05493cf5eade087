"""Who sends a request, as far as limits need to know: one network, under a key, and nobody's name."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

IPV6_NETWORK_BITS = 64
"""The least that a site or a rented machine is given (RFC 6177 section 2; RFC 4291 section 2.5.4): its holder picks among
2⁶⁴ addresses, so they count as one."""


def sender_of(request: HttpRequest) -> str:
    """Return 64 hex digits for the network that ``request`` comes from; the address cannot be read back from them.

    Behind proxies it is the address that ``ALLAUTH_TRUSTED_PROXY_COUNT`` says.
    """
    network = network_of(_address(request))
    return salted_hmac("accounts.access.senders", network, algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """Return the network that ``address`` is counted as: an IPv4 address alone, of IPv6 the first 64 bits.

    Empty for what is no address, such as the other end of a Unix socket.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), IPV6_NETWORK_BITS), strict=False))


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):  # it came past the proxies
        return str(request.META.get("REMOTE_ADDR", ""))
