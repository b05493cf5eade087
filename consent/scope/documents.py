"""A scope and a use as JSON, as they stand in grants, receipts and records. Pure.

Reading never guesses: a word that is not known, a value of another type or a missing field becomes None, which no
clause covers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from consent.scope.decision import Said, said
from consent.scope.model import ANY_CHANNEL, Depicted, Scope, Use
from consent.scope.vocabulary import (
    Audience,
    Binding,
    Content,
    Element,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Purpose,
    Withdrawal,
)

Document: TypeAlias = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

LONGEST_LIST = 500
"""Entries of one list that are read: there are 249 territories."""
LONGEST_TEXT = 200
"""Characters of one name."""


def write_scope(scope: Scope) -> dict[str, Said]:
    """Return the scope with every field, JSON types only; lists sorted, times in ISO 8601 with their offset."""
    return {each.name: said(getattr(scope, each.name)) for each in fields(scope)}


def read_scope(document: Document) -> Scope:
    """Return the scope that `write_scope` wrote; what is missing or not understood is None, or an empty list."""
    said_of = _object(document)
    return Scope(**{name: read(said_of.get(name)) for name, read in _READERS.items()})


def write_use(use: Use) -> dict[str, Said]:
    """Return a use with every field but who is depicted, in the form of :func:`write_scope`."""
    return {each.name: said(getattr(use, each.name)) for each in fields(use) if each.name != "depicted"}


def read_use(document: Document, depicted: tuple[Depicted, ...] | None) -> Use:
    """Return the use that :func:`write_use` wrote, with ``depicted`` in it.

    What is missing or not understood is None, or an empty list; content that is not understood counts as all there is.
    """
    said_of = _object(document)
    read = {name: read(said_of.get(name)) for name, read in _USE_READERS.items()}
    return Use(depicted=depicted, **read)


def _object(document: object) -> Document:
    """A document; one that says nothing where a damaged row holds something else."""
    return document if isinstance(document, Mapping) else {}


def read_elements(value: object) -> frozenset[Element] | None:
    """Return the elements on a list; None where one is not known."""
    return _list_of(Element)(value)


def read_operations(value: object) -> frozenset[Operation] | None:
    """Return the operations on a list; None where one is not known."""
    return _list_of(Operation)(value)


def unread(document: Document) -> tuple[str, ...]:
    """Return the names of the fields that `read_scope` does not understand, or does not know, sorted."""
    written, missing, document = write_scope(read_scope(document)), object(), _object(document)
    return tuple(
        name
        for name in sorted({*document, *written})
        if _in_order(document.get(name, missing)) != written.get(name, missing)
    )


def _in_order(value: object) -> object:
    """A list of texts as it is written: each once, sorted."""
    texts = _texts(value)
    return value if texts is None else sorted(texts)


def _list_of(kind: type[Word]) -> Callable[[object], frozenset[Word] | None]:
    def read(value: object) -> frozenset[Word] | None:
        words = _texts(value)
        if words is None or not words <= set(kind):
            return None
        return frozenset(kind(word) for word in words)

    return read


def _one_of(kind: type[Word]) -> Callable[[object], Word | None]:
    def read(value: object) -> Word | None:
        return kind(value) if isinstance(value, str) and value in set(kind) else None

    return read


def _texts(value: object) -> frozenset[str] | None:
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        return None
    return frozenset(value) if all(_text(each) is not None for each in value) else None


def _names(value: object) -> frozenset[str]:
    return _texts(value) or frozenset()


def _channels(value: object) -> frozenset[str] | None:
    """Channels, or the wildcard alone: beside others it would say two things at once."""
    channels = _texts(value)
    return channels if channels == ANY_CHANNEL or "*" not in (channels or ()) else None


def _territories(value: object) -> frozenset[str] | None:
    """ISO 3166-1 alpha-2 codes."""
    codes = _texts(value)
    is_right = all(len(code) == 2 and code.isascii() and code.isupper() for code in codes or ())
    return codes if is_right else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT else None


def _moment(value: object) -> datetime | None:
    """A moment with its offset: without one nobody knows when it is."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _answer(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: Mapping[str, Callable[[object], Any]] = {
    "elements": _list_of(Element),
    "operations": _list_of(Operation),
    "purposes": _list_of(Purpose),
    "media": _list_of(Medium),
    "audience": _one_of(Audience),
    "recipients": _names,
    "channels": _channels,
    "territories": _territories,
    "not_before": _moment,
    "not_after": _moment,
    "outputs": _count,
    "seconds": _count,
    "money": _one_of(Money),
    "binding": _one_of(Binding),
    "bound_to": _names,
    "grantee": _text,
    "may_sublicense": _answer,
    "label": _one_of(LabelStrength),
    "needs_preview": _answer,
    "may_go_abroad": _answer,
    "withdrawal": _one_of(Withdrawal),
}


def _contents(value: object) -> frozenset[Content]:
    """Kinds of content with rules of their own. A word that is not known might be any of them."""
    contents = _list_of(Content)(value if value is not None else [])
    return frozenset(Content) if contents is None else contents


def _vocabulary(value: object) -> str:
    return value if isinstance(value, str) else ""


_USE_READERS: Mapping[str, Callable[[object], Any]] = {
    "purposes": _list_of(Purpose),
    "media": _list_of(Medium),
    "audience": _one_of(Audience),
    "recipients": _names,
    "channels": _texts,
    "territories": _territories,
    "starts_at": _moment,
    "ends_at": _moment,
    "outputs": _count,
    "seconds": _count,
    "money": _one_of(Money),
    "theme": _text,
    "script_sha256": _text,
    "output_sha256": _text,
    "grantee": _text,
    "is_sublicensed": _answer,
    "label": _one_of(LabelStrength),
    "goes_abroad": _answer,
    "withdrawal": _one_of(Withdrawal),
    "content": _contents,
    "vocabulary": _vocabulary,
}
