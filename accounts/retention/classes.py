"""How long which records keep their bodies: classes as data. Pure.

A body is emptied when its class lets go of it; its entry, its leaf and all proofs stay for good. What belongs to no class is never
emptied: what became of works, who changed the site, and what was emptied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_MONTHS = 1200


@dataclass(frozen=True)
class RetentionClass:
    """Records kept alike. ``prefixes``: of their kinds; ``floor``: fewest months that the law in ``source`` lets them be kept.

    ``ends_first``: the time runs from the end of what the record is about (a consent, a case), which a room has to know; else from the
    day it was written. ``default``: months that an operator keeps them who sets nothing.
    """

    name: str
    prefixes: tuple[str, ...]
    default: int
    floor: int
    source: str
    ends_first: bool = False

    def holds(self, kind: str) -> bool:
        """Whether records of ``kind`` are of this class."""
        return kind.startswith(self.prefixes)


CLASSES: tuple[RetentionClass, ...] = (
    RetentionClass(
        "unlabelled", ("work.unlabelled_copy_",), 12, 6, "Labelling Measures Art. 9: six months at the least"
    ),
    RetentionClass(
        "network",
        ("account.sessions_", "api.", "webhook.", "work.downloaded", "file.propagated"),
        12,
        6,
        "Cybersecurity Law Art. 21 and Deep Synthesis Provisions Art. 16: six months at the least",
    ),
    RetentionClass(
        "consent",
        ("request.", "answer.", "grant.", "use.", "statement.", "receipt.", "rules.", "contact."),
        36,
        36,
        "Civil Code Art. 188: three years after the consent ended, while claims can be brought",
        ends_first=True,
    ),
    RetentionClass(
        "complaints",
        ("case.", "appeal.", "sanction.", "reasons."),
        36,
        36,
        "Civil Code Art. 188: three years after the case was closed; Digital Services Act Art. 20 asks for six months",
        ends_first=True,
    ),
    RetentionClass(
        "personal",
        (
            "identity.",
            "organisation.",
            "mandate.",
            "guardian.",
            "agreement.accepted",
            "access.",
            "export.",
        ),
        36,
        36,
        "Personal Information Protection Law Art. 56 and Network Data Regulations Art. 12: three years at the least",
    ),
)
"""The first that holds a kind is its class."""

DEFAULT_MONTHS = ",".join(f"{each.name}:{each.default}" for each in CLASSES)

Months = Mapping[str, int]


def class_of(kind: str) -> RetentionClass | None:
    """The class of records of ``kind``; None for what is kept for good."""
    return next((each for each in CLASSES if each.holds(kind)), None)


def class_named(name: str) -> RetentionClass:
    """The class of that name. Raises KeyError where there is none."""
    return {each.name: each for each in CLASSES}[name]


def read_months(text: str) -> Months:
    """The months of every class, from text such as :data:`DEFAULT_MONTHS`. Raises ValueError for anything else.

    One below its floor can be read: it is a system check that refuses it, by its law.
    """
    months = {each.name: each.default for each in CLASSES}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = part.partition(":")
        if name not in months:
            raise ValueError(
                f"expected classes out of {', '.join(months)} with their months, as in {DEFAULT_MONTHS}"
            )
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= MOST_MONTHS:
            raise ValueError(f"expected {name}: to have a whole number of months from 1 to {MOST_MONTHS}")
        months[name] = int(number)
    return months


def below_floor(months: Months) -> list[RetentionClass]:
    """The classes that ``months`` would keep for less time than the law asks."""
    return [each for each in CLASSES if months[each.name] < each.floor]
