"""Every address of the site, read from the URLconf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver

from accounts.access.declare import ACCESS
from accounts.sanctions.gate import PERFORMS

# Views of libraries that guard themselves, by the start of their address, and what they are offered for.
THIRD_PARTY = {"accounts/": "allauth: sign-up, sign-in, second factor, sessions"}


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf: its route, its full name, the names of its parameters, who may enter and what it performs."""

    route: str
    name: str
    parameters: tuple[str, ...]
    access: str | None
    performs: frozenset[str] = frozenset()

    @property
    def is_third_party(self) -> bool:
        return self.route.startswith(tuple(THIRD_PARTY))


def addresses() -> list[Address]:
    """All addresses in the order in which Django tries them."""
    return list(_walk((get_resolver(),)))


def _walk(above: tuple[Any, ...]) -> Iterator[Address]:
    for pattern in above[-1].url_patterns:
        path = (*above, pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(path)
        else:
            yield _address(path[1:])


def _address(path: tuple[Any, ...]) -> Address:
    """The address at the end of ``path``, the patterns that lead to it from the root."""
    *resolvers, pattern = path
    namespaces = [resolver.namespace for resolver in resolvers if resolver.namespace]
    return Address(
        route="".join(str(step.pattern) for step in path),
        name=":".join([*namespaces, pattern.name]) if pattern.name else "",
        parameters=tuple(name for step in path for name in step.pattern.regex.groupindex),
        access=ACCESS.of(pattern.callback),
        performs=PERFORMS.of(pattern.callback),
    )
