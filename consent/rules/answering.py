"""What a person's standing rules say to a request, before the person is bothered with it. Pure.

No rule ever grants anything: a standing right is a grant, with every clause said and signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.scope import Purpose, Scope


class WhoMayAsk(StrEnum):
    """Whose requests get through at all."""

    ANYBODY = "anybody"
    LISTED = "listed"
    NOBODY = "nobody"


class Answer(StrEnum):
    """What becomes of a request: the person is told of it; it waits in their list without a word; it is held back."""

    ASK = "ask"
    QUEUE = "queue"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Rules:
    """One person's rules. The default lets everybody ask, and nobody use anything.

    ``listed``: producer ids; ``least_level``: of the requester's identity, 0 to 4; ``purposes``: those that may be asked for, None for
    all; ``quiet_until``: until then the person is not told of requests; ``most_per_week``: of how many they are told in seven days.
    """

    who: WhoMayAsk = WhoMayAsk.ANYBODY
    listed: frozenset[str] = frozenset()
    least_level: int = 0
    purposes: frozenset[Purpose] | None = None
    only_with_preview: bool = False
    quiet_until: datetime | None = None
    most_per_week: int | None = None


@dataclass(frozen=True)
class Asked:
    """A request, as the rules see it. ``this_week``: requests that the person was told of in the seven days before."""

    scope: Scope
    requester: str
    level: int
    this_week: int
    now: datetime


def answer(rules: Rules, asked: Asked) -> Answer:
    """Return what becomes of a request. The requester learns neither the answer nor that there is a rule."""
    if not _gets_through(rules, asked):
        return Answer.REFUSE
    is_quiet = rules.quiet_until is not None and asked.now < rules.quiet_until
    is_many = rules.most_per_week is not None and asked.this_week >= rules.most_per_week
    return Answer.QUEUE if is_quiet or is_many else Answer.ASK


def _gets_through(rules: Rules, asked: Asked) -> bool:
    if rules.who is WhoMayAsk.NOBODY or (
        rules.who is WhoMayAsk.LISTED and asked.requester not in rules.listed
    ):
        return False
    if asked.level < rules.least_level or (rules.only_with_preview and not asked.scope.needs_preview):
        return False
    purposes = asked.scope.purposes
    return rules.purposes is None or (purposes is not None and purposes <= rules.purposes)
