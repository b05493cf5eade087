"""Whether one scope allows nothing that another does not. Pure.

By clauses, and on the safe side: a scope that leaves a clause open, or binds the content in a way that cannot be compared, is not
called narrower.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consent.scope import ANY_CHANNEL, Audience, Binding, Scope
from consent.scope.vocabulary import Ladder

Comparison = Callable[[Scope, Scope], bool]


def is_narrower(new: Scope, old: Scope) -> bool:
    """Whether every use that ``new`` allows, ``old`` allows too. A scope is as narrow as itself."""
    return not widened(new, old)


def widened(new: Scope, old: Scope) -> tuple[str, ...]:
    """Return the clauses in which ``new`` goes beyond ``old`` or is not said, in the order of the clauses."""
    return tuple(name for name, is_within in _COMPARISONS.items() if not is_within(new, old))


def _listed(field: str) -> Comparison:
    def is_within(new: Scope, old: Scope) -> bool:
        granted, asked = getattr(new, field), getattr(old, field)
        return granted is not None and asked is not None and granted <= asked

    return is_within


def _at_most(field: str) -> Comparison:
    return lambda new, old: (
        _height(getattr(new, field)) <= _height(getattr(old, field)) and _is_said(field, new, old)
    )


def _at_least(field: str) -> Comparison:
    return lambda new, old: (
        _height(getattr(new, field)) >= _height(getattr(old, field)) and _is_said(field, new, old)
    )


def _height(value: Ladder | int | None) -> int:
    return value.rank if isinstance(value, Ladder) else value or 0


def _is_said(field: str, *scopes: Scope) -> bool:
    return all(getattr(each, field) is not None for each in scopes)


def _goes_through(new: Scope, old: Scope) -> bool:
    if old.channels == ANY_CHANNEL:
        return new.channels is not None
    return _listed("channels")(new, old)


def _reaches(new: Scope, old: Scope) -> bool:
    """Private uses reach nobody; those for listed ones reach whom the list names, and the public holds everybody."""
    if not _at_most("audience")(new, old):
        return False
    if new.audience is Audience.PRIVATE or old.audience is Audience.PUBLIC:
        return True
    return new.recipients <= old.recipients


def _lies_within(new: Scope, old: Scope) -> bool:
    if new.not_before is None or old.not_before is None or new.not_after is None or old.not_after is None:
        return False
    return old.not_before <= new.not_before and new.not_after <= old.not_after


def _keeps_to(new: Scope, old: Scope) -> bool:
    if new.binding is None or old.binding is None:
        return False
    if old.binding is Binding.PURPOSE:
        return True
    return new.binding is old.binding and new.bound_to <= old.bound_to


def _is_for_the_same(new: Scope, old: Scope) -> bool:
    return bool(old.grantee) and new.grantee == old.grantee and _at_most("may_sublicense")(new, old)


_COMPARISONS: Mapping[str, Comparison] = {
    "element": _listed("elements"),
    "operation": _listed("operations"),
    "purpose": _listed("purposes"),
    "medium": _listed("media"),
    "audience": _reaches,
    "channel": _goes_through,
    "territory": _listed("territories"),
    "time": _lies_within,
    "number": lambda new, old: _at_most("outputs")(new, old) and _at_most("seconds")(new, old),
    "money": _at_most("money"),
    "content": _keeps_to,
    "grantee": _is_for_the_same,
    "label": _at_least("label"),
    "preview": _at_least("needs_preview"),
    "abroad": _at_most("may_go_abroad"),
    "withdrawal": _at_least("withdrawal"),
}
"""Whether one scope is within another, clause by clause."""
