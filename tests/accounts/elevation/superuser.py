"""Somebody with every role, who looks for a name on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.users.models import User
from tests.architecture.addresses import Address, addresses

DESKS = ("desk/", "me/", "w/", "v/", "works/")


@dataclass
class Superuser:
    """Visits every page of the desks with all ``values`` that its parameters have, asking for ``asked_for``."""

    user: User
    values: Mapping[str, Sequence[object]]
    asked_for: str
    visited: int = 0

    def pages_that_show(self, *secrets: str) -> set[str]:
        """The paths of those that show one of ``secrets``: all are looked at first, and then sent an empty form."""
        visits: tuple[Callable[[str], Any], ...] = (
            lambda path: self._browser().get(path, {"q": self.asked_for}),
            lambda path: self._browser().post(path, follow=True),
        )
        return {
            path
            for visit in visits
            for path, body in self._visited(visit)
            if any(each.encode() in body for each in secrets)
        }

    def may_still_enter(self, path: str) -> bool:
        """Whether nothing of what was sent took a role or the account away."""
        self.user.refresh_from_db()
        return self._browser().get(path).status_code == 200

    def _browser(self) -> Client:
        """A new one: among the pages are those that end every session."""
        browser = Client()
        browser.force_login(self.user)
        return browser

    def _visited(self, visit: Callable[[str], Any]) -> Iterator[tuple[str, bytes]]:
        for path in self._paths():
            answer = visit(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            self.visited += 1
            yield answer.request["PATH_INFO"], body

    def _paths(self) -> Iterator[str]:
        for each in addresses():
            if each.name and each.route.startswith(DESKS) and not set(each.parameters) - set(self.values):
                yield from self._paths_of(each)

    def _paths_of(self, address: Address) -> Iterator[str]:
        for chosen in product(*(self.values[name] for name in address.parameters)):
            yield reverse(address.name, kwargs=dict(zip(address.parameters, chosen, strict=True)))
