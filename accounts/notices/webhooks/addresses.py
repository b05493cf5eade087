"""Which addresses a webhook may have: none that leads from this machine into a network of its own.

An address is checked twice: as it is written, when a webhook is added, and as what its host resolves to, before each
delivery (:mod:`accounts.notices.webhooks.posting` connects to what was checked and to nothing else).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
"""Characters."""
IPAddress = IPv4Address | IPv6Address

_TRANSLATED = tuple(
    ip_network(network)
    for network in (
        "::ffff:0:0/96",  # IPv4-mapped, RFC 4291 section 2.5.5.2
        "::/96",  # IPv4-compatible, RFC 4291 section 2.5.5.1
        "64:ff9b::/96",  # NAT64, RFC 6052 section 2.1
        "64:ff9b:1::/48",  # NAT64 within a network, RFC 8215
        "2001::/32",  # Teredo, RFC 4380
        "2002::/16",  # 6to4, RFC 3056
    )
)
"""IPv6 addresses that hold an IPv4 address, which may be a private one."""


class AddressInvalid(ValueError):
    """A webhook cannot have this address. ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """Where a delivery goes. ``host`` is ASCII, without brackets; ``path`` begins with ``/`` and holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_on_tls(self) -> bool:
        return self.scheme == "https"


def read_target(url: str, *, may_be_loopback: bool) -> Target:
    """Read an address: https, or with ``may_be_loopback`` also http to this machine itself.

    Raises :class:`AddressInvalid` with the code ``malformed``, ``not_https``, ``has_credentials``, ``has_fragment``,
    ``too_long`` or ``private_address``.
    """
    parts = _parts(url)
    host, port = _host(parts), _port(parts)
    if parts.username is not None or parts.password is not None:
        raise AddressInvalid("has_credentials")
    if parts.fragment:
        raise AddressInvalid("has_fragment")
    target = Target(
        parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    )
    _check_scheme(target, may_be_loopback)
    literal = _literal(host)
    if literal is not None and not is_allowed(literal, target, may_be_loopback=may_be_loopback):
        raise AddressInvalid("private_address")
    return target


def is_allowed(address: IPAddress, target: Target, *, may_be_loopback: bool) -> bool:
    """Whether a delivery to ``target`` may connect to ``address``: only http goes to this machine alone."""
    if may_be_loopback and address.is_loopback:
        return True
    return target.is_on_tls and is_public(address)


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet and to one machine there, and hides no other address."""
    if isinstance(address, IPv6Address) and (
        address.is_site_local or any(address in network for network in _TRANSLATED)
    ):
        return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


def _parts(url: str) -> SplitResult:
    if len(url) > LONGEST:
        raise AddressInvalid("too_long")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise AddressInvalid("malformed")
    try:
        return urlsplit(url)
    except ValueError as error:
        raise AddressInvalid("malformed") from error


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host or "%" in host:  # a zone (RFC 6874) is of this machine only
        raise AddressInvalid("malformed")
    return host


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError as error:
        raise AddressInvalid("malformed") from error
    if port == 0:
        raise AddressInvalid("malformed")
    return port or (443 if parts.scheme == "https" else 80)


def _check_scheme(target: Target, may_be_loopback: bool) -> None:
    if target.is_on_tls:
        return
    literal = _literal(target.host)
    is_own = target.host == "localhost" or (literal is not None and literal.is_loopback)
    if target.scheme != "http" or not may_be_loopback or not is_own:
        raise AddressInvalid("not_https")


def _literal(host: str) -> IPAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
