"""Where somebody objects to a decision. The rooms that decide and the one that hears appeals register what they know; this one knows neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons
    from accounts.users.models import User

ReferenceOf: TypeAlias = Callable[["StatementOfReasons"], str]
"""The number of the decision that a statement gives the reasons of; "" where it is none of this kind."""
AddressOf: TypeAlias = Callable[["User", str, str], str]
"""The page on which somebody appeals against a decision (its kind and number), or reads their appeal; "" where there is none."""

_decisions: dict[str, ReferenceOf] = {}
_appeals: list[AddressOf] = []


def register_decisions(kind: str, reference_of: ReferenceOf) -> None:
    """Let decisions of ``kind`` be found by their statements. A second call replaces the first."""
    _decisions[kind] = reference_of


def register_appeals(address_of: AddressOf) -> None:
    """Name what knows where appeals are filed. A second call replaces the first."""
    _appeals[:] = [address_of]


def appeal_address(user: User, kind: str, reference: str) -> str:
    """Where ``user`` appeals against a decision; "" where nothing can be filed or read any more."""
    return next((found for address_of in _appeals if (found := address_of(user, kind, reference))), "")


def decision_of(statement: StatementOfReasons) -> tuple[str, str]:
    """Kind and number of the decision behind ``statement``; both "" where no room knows it."""
    found = ((kind, reference_of(statement)) for kind, reference_of in _decisions.items())
    return next(((kind, reference) for kind, reference in found if reference), ("", ""))
