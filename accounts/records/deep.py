"""Comparing other tables with the log. Each room that keeps such a table registers what looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from accounts.records.canonical import JSON, NotCanonical, parse
from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record, RecordBody
from accounts.vault.wrapped_key import Damaged, Erased, unseal_under

R = TypeVar("R")

_UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, ObjectDoesNotExist)
"""What columns lead to that hold what Django never wrote there, as SQLite lets a file's owner do."""
PAGE = 500
"""Rows held in memory at a time."""


@dataclass(frozen=True)
class Mismatch:
    """A row that is not as the log tells. ``subject``: what the log calls it; ``code`` is stable."""

    subject: str
    code: str
    sentence: str


Check: TypeAlias = Callable[[], Iterator[Mismatch]]

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Have ``check`` asked by ``records verify --deep``. A second call under the same name replaces the first."""
    _checks[name] = check


def mismatches() -> Iterator[Mismatch]:
    """All that any registered check finds, and each check that a row of another kind than the tables have keeps from its end."""
    for name in sorted(_checks):
        try:
            yield from _checks[name]()
        except _UNREADABLE as error:
            sentence = f"A row cannot be read, and what comes after it was not looked at: {type(error).__name__}: {error}."
            yield Mismatch(name, "unreadable", sentence)


def body_of(record: Record) -> JSON:
    """What ``record`` commits to. Raises Erased or Damaged (:mod:`accounts.vault.sealing`), or NotCanonical."""
    key = record.body.person_key
    content = bytes(record.body.content)
    if not content:
        raise Erased("The time of this body was over.")
    if key is not None:
        content = unseal_under(key.wrapped, content, context=body_context(record.event_id))
    return parse(content[SALT_BYTES:])


def opened(record: Record) -> Mapping[str, JSON] | None:
    """The same where it is an object that opens; None for one that is erased, damaged or gone, which ``verify`` itself tells of."""
    try:
        body = body_of(record)
    except (Erased, Damaged, NotCanonical, RecordBody.DoesNotExist):
        return None
    return body if isinstance(body, Mapping) else None


def pages(rows: QuerySet[Any, R]) -> Iterator[list[R]]:
    """All ``rows``, as many at a time as are compared with the log by one query."""
    stored = rows.iterator(PAGE)
    while page := list(islice(stored, PAGE)):
        yield page


def records_of(*kinds: str, about: Collection[str] | None = None) -> Iterator[Record]:
    """All records of ``kinds`` in their order, with their bodies: to be told again. A kind that ends with a dot stands for all below it.

    ``about``: of these subjects alone, a page of them at the most.
    """
    wanted = _among(kinds) if about is None else Q(subject__in=about) & _among(kinds)
    found = Record.objects.filter(wanted).select_related("body__person_key")
    return found.order_by("sequence").iterator(PAGE)


def subjects_of(*kinds: str) -> set[str]:
    """Whom the records of ``kinds`` are about."""
    return set(Record.objects.filter(_among(kinds)).values_list("subject", flat=True).distinct())


def told_of(subjects: Collection[str]) -> Counter[tuple[str, str]]:
    """How often the log tells what of a page of subjects: by subject and kind."""
    return Counter(Record.objects.filter(subject__in=subjects).values_list("subject", "kind"))


def _among(kinds: Iterable[str]) -> Q:
    wanted = Q()
    for kind in kinds:
        wanted |= Q(kind__startswith=kind) if kind.endswith(".") else Q(kind=kind)
    return wanted
