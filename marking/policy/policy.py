"""From the jurisdictions of a site to what its works need: the strictest of their rules together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marking.marks.explicit_label import Wording
from marking.policy.jurisdictions import LABELS, Jurisdiction
from marking.policy.rules import RULES, Mark, UnlabelledCopy

WORDINGS = dict(zip(LABELS, (Wording.BOTH, Wording.CHINESE, Wording.ENGLISH), strict=True))
"""The wordings by the name that they are asked for by; ``auto`` leaves it to the jurisdictions."""


@dataclass(frozen=True)
class Policy:
    """What a site's works need.

    ``wording`` of the visible label; ``unmet``: jurisdictions whose rule that wording does not meet;
    ``height_share``: least height of its letters over the short side; ``marks``; ``languages`` and ``metadata``, of
    all jurisdictions; ``may_leave_label_out``: whether an owner may be given a copy without the visible label.
    """

    wording: Wording
    unmet: tuple[Jurisdiction, ...]
    height_share: float
    marks: frozenset[Mark]
    languages: tuple[str, ...]
    metadata: tuple[str, ...]
    may_leave_label_out: bool


def policy_for(jurisdictions: Iterable[Jurisdiction], *, label: str = "auto") -> Policy:
    """Return what all of ``jurisdictions`` ask for together. ``label``: auto, both, zh or en.

    Raises ``ValueError`` without a jurisdiction, and ``KeyError`` for another label.
    """
    chosen = tuple(dict.fromkeys(jurisdictions))
    if not chosen:
        raise ValueError("expected at least one jurisdiction, found none")
    rules = [RULES[each] for each in chosen]
    wording = _shortest(chosen) if label == "auto" else WORDINGS[label]
    return Policy(
        wording=wording,
        unmet=tuple(each for each in chosen if wording not in RULES[each].wordings),
        height_share=max(rule.height_share for rule in rules),
        marks=frozenset().union(*(rule.marks for rule in rules)),
        languages=tuple(dict.fromkeys(language for rule in rules for language in rule.languages)),
        metadata=tuple(dict.fromkeys(each for rule in rules for each in rule.metadata)),
        may_leave_label_out=_may_leave_label_out([rule.unlabelled_copy for rule in rules]),
    )


def _shortest(jurisdictions: Iterable[Jurisdiction]) -> Wording:
    """Return the shortest wording that serves everywhere: it covers the least of the picture."""
    serving = frozenset(Wording).intersection(*(RULES[each].wordings for each in jurisdictions))
    return min(serving, key=len)


def _may_leave_label_out(answers: list[UnlabelledCopy]) -> bool:
    """One law must provide for such a copy, and none may forbid it: what no law mentions stays shut."""
    return UnlabelledCopy.ON_REQUEST in answers and UnlabelledCopy.FORBIDDEN not in answers
