"""What the law wants agreed to by itself, each with a tick of its own (Personal Information Protection Law Art. 23, 25, 29, 39). Pure."""

from __future__ import annotations

from enum import StrEnum

from consent.scope import Audience, Purpose, Scope


class Tick(StrEnum):
    """One separate consent. None is ever ticked beforehand, and none stands for another."""

    EDIT = "edit"
    PUBLISH = "publish"
    THIRD_PARTY = "third_party"
    ABROAD = "abroad"
    TRAINING = "training"


def ticks_for(scope: Scope) -> tuple[Tick, ...]:
    """The ticks without which ``scope`` is not granted, in order. What a scope leaves open counts as asked for."""
    needed = {
        Tick.EDIT: True,
        Tick.PUBLISH: scope.audience in (Audience.PUBLIC, None),
        Tick.THIRD_PARTY: scope.audience is not Audience.PRIVATE or scope.may_sublicense is not False,
        Tick.ABROAD: scope.may_go_abroad is not False,
        Tick.TRAINING: scope.purposes is None or Purpose.TRAINING in scope.purposes,
    }
    return tuple(each for each in Tick if needed[each])
