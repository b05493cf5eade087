"""Who has a stake in a matter, and so neither decides about it nor reads what the staff keeps of it.

A matter goes by what the record log calls it, such as ``case:8Z0K3ABCDE``. The room that keeps matters of a kind registers whose they are: who
complained, whose the work or the account is, whom a measure is against. Who took part in a decision before is for each room to add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

Holders: TypeAlias = Callable[[str], Iterable["int | None"]]
"""From the code behind ``<kind>:`` to the keys of the accounts; nobody for a code that nothing has."""

_holders: dict[str, Holders] = {}


class Stake(Refusal):
    """Refused, as whoever asks has a stake in it themselves."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence, status=403)


def register(kind: str, holders: Holders) -> None:
    """Have ``holders`` say who has a stake in ``<kind>:<code>``. A second call under the same kind replaces the first."""
    _holders[kind] = holders


def holders_of(*matters: str) -> frozenset[int]:
    """The keys of all accounts with a stake in one of ``matters``; "" and kinds that nobody registered have none."""
    found: set[int | None] = set()
    for matter in matters:
        kind, _colon, code = matter.partition(":")
        holders = _holders.get(kind)
        found |= set(holders(code)) if holders else set()
    return frozenset(each for each in found if each is not None)


def require_none(
    by: User, holders: Iterable[int | None], sentence: str = "", *, code: str = "own_matter"
) -> None:
    """Raise :class:`Stake` with ``code`` and ``sentence`` where ``by`` is among ``holders``, the keys of accounts."""
    if by.pk in holders:
        raise Stake(code, sentence or _("You have a part in this yourself: somebody else has to decide."))
