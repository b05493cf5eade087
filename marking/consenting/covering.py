"""Between the terms of a use and the scope of a grant: what just covers the one, and what the other is good for. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from consent.scope import Binding, Element, Medium, Operation, Scope, Use

_SAME = (
    "purposes",
    "media",
    "audience",
    "recipients",
    "channels",
    "territories",
    "outputs",
    "seconds",
    "money",
)


def scope_covering(
    terms: Use,
    elements: frozenset[Element],
    operations: frozenset[Operation],
    *,
    grantee: str,
    output_sha256: str,
) -> Scope:
    """Return the narrowest scope that covers ``terms``: for this file alone, by this grantee alone, until the use is over."""
    return Scope(
        **{name: getattr(terms, name) for name in _SAME},
        elements=elements,
        operations=operations,
        not_before=terms.starts_at,
        not_after=terms.ends_at,
        binding=Binding.OUTPUT,
        bound_to=frozenset({output_sha256}),
        grantee=grantee,
        may_sublicense=terms.is_sublicensed,
        label=terms.label,
        needs_preview=False,
        may_go_abroad=terms.goes_abroad,
        withdrawal=terms.withdrawal,
    )


def terms_within(scope: Scope, now: datetime) -> Use:
    """Return the use of one picture, from ``now``, that ``scope`` allows all of: what whoever names nothing but a grant asks for."""
    theme = min(scope.bound_to, default=None) if scope.binding is Binding.THEME else None
    starts_at = max(now, scope.not_before) if scope.not_before else now
    return Use(
        depicted=None,
        **{name: getattr(scope, name) for name in _SAME if name not in ("media", "outputs", "seconds")},
        media=frozenset({Medium.STILL}),
        outputs=1,
        seconds=0,
        starts_at=starts_at,
        ends_at=scope.not_after,
        theme=theme,
        is_sublicensed=False,
        label=scope.label,
        goes_abroad=False,
        withdrawal=scope.withdrawal,
    )


def is_whole(terms: Use) -> bool:
    """Tell whether ``terms`` say all that a request needs."""
    said = (terms.starts_at, terms.ends_at, terms.money, terms.label, terms.withdrawal, terms.audience, terms.outputs,
            terms.seconds, terms.is_sublicensed, terms.goes_abroad)  # fmt: skip
    lists = (terms.purposes, terms.media, terms.channels, terms.territories)
    return None not in said and all(lists)


def without_person(terms: Use) -> Use:
    """``terms`` with nobody in them, as they are stored."""
    return replace(terms, depicted=None)
