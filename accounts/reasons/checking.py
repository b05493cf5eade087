"""Whether a statement of reasons is one that the DSA Transparency Database would take. Pure.

Written from the database's request rules and their page of explanations (see :mod:`accounts.reasons.schema`). Where the two differ the
stricter one is asked: territory is required, and no restriction ends before it begins. One rule is added: nothing that looks like
personal data, which Art. 24(5) forbids to send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from accounts.reasons.schema import (
    EEA,
    LONGEST,
    Account,
    AccountType,
    Automation,
    Category,
    ContentType,
    GroundKind,
    Keyword,
    Monetary,
    Provision,
    Source,
    Visibility,
)

_PUID = re.compile(r"[a-zA-Z0-9_-]+")
_LANGUAGE = re.compile(r"[A-Z]{2}")
_PERSONAL = re.compile(
    r"[^\s@<>()]+@[^\s@<>()]+\.\w{2,}|(?<![0-9A-Za-z])\d{11}(?!\d)|(?<!\d)\d{17}[0-9Xx](?!\d)"
)
"""Addresses of mail, numbers of mobile telephones and of resident identity cards."""

_EARLIEST = {"content_date": date(2000, 1, 1), "application_date": date(2020, 1, 1)}
_LATEST = date(2038, 1, 1)
_END_DATES = (
    "end_date_visibility_restriction",
    "end_date_monetary_restriction",
    "end_date_service_restriction",
    "end_date_account_restriction",
)
_DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_REQUIRED = (
    "decision_ground",
    "content_type",
    "category",
    "territorial_scope",
    "content_date",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
    "puid",
)
_ONE_OF: dict[str, frozenset[str]] = {
    "decision_monetary": frozenset(Monetary),
    "decision_provision": frozenset(Provision),
    "decision_account": frozenset(Account),
    "account_type": frozenset(AccountType),
    "decision_ground": frozenset(GroundKind),
    "incompatible_content_illegal": frozenset({"Yes", "No"}),
    "category": frozenset(Category),
    "source_type": frozenset(Source),
    "automated_detection": frozenset({"Yes", "No"}),
    "automated_decision": frozenset(Automation),
}
_SOME_OF: dict[str, frozenset[str]] = {
    "decision_visibility": frozenset(Visibility),
    "content_type": frozenset(ContentType),
    "category_addition": frozenset(Category),
    "category_specification": frozenset(Keyword),
    "territorial_scope": frozenset(EEA),
}
_GROUNDS = {
    GroundKind.ILLEGAL: ("illegal_content_legal_ground", "illegal_content_explanation"),
    GroundKind.INCOMPATIBLE: ("incompatible_content_ground", "incompatible_content_explanation"),
}
_TEXTS = frozenset(LONGEST) - {"puid", "decision_ground_reference_url"}
_KNOWN = frozenset({*_ONE_OF, *_SOME_OF, *LONGEST, *_END_DATES, *_EARLIEST, "content_language"})


class Code(StrEnum):
    """What can be wrong with a field. Stable."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    TOO_LONG = "too_long"
    NOT_A_DATE = "not_a_date"
    OUT_OF_RANGE = "out_of_range"
    MALFORMED = "malformed"
    NOT_WANTED = "not_wanted"
    PERSONAL_DATA = "personal_data"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``sentence``: in English, what was expected and what was found."""

    field: str
    code: Code
    sentence: str


def check(document: Mapping[str, Any]) -> list[Finding]:
    """Return all that is wrong with a statement as it is sent; nothing where it would be taken. Never raises."""
    return [finding for look in _LOOKS for finding in look(document)]


def names_somebody(text: str) -> bool:
    """Whether ``text`` holds the form of a mail address, a mobile telephone number or the number of an identity card."""
    return _PERSONAL.search(text) is not None


def _required(document: Mapping[str, Any]) -> Iterator[Finding]:
    for name in _REQUIRED:
        if not _is_there(document, name):
            yield _missing(name)
    if not any(_is_there(document, name) for name in _DECISIONS):
        yield Finding("decision_visibility", Code.MISSING, f"expected one of {', '.join(_DECISIONS)}")


def _required_beside(document: Mapping[str, Any]) -> Iterator[Finding]:
    """What another field calls for, or rules out."""
    others = {
        "decision_visibility_other": Visibility.OTHER in _listed(document, "decision_visibility"),
        "decision_monetary_other": document.get("decision_monetary") == Monetary.OTHER,
        "content_type_other": ContentType.OTHER in _listed(document, "content_type"),
    }
    for kind, names in _GROUNDS.items():
        others |= dict.fromkeys(names, document.get("decision_ground") == kind)
    for name, is_wanted in others.items():
        if is_wanted and not _is_there(document, name):
            yield _missing(name)
        if not is_wanted and _is_there(document, name):
            yield Finding(name, Code.NOT_WANTED, f"expected no {name} beside what the other fields say")


def _words(document: Mapping[str, Any]) -> Iterator[Finding]:
    for name, words in _ONE_OF.items():
        if _is_there(document, name) and not _is_word(document[name], words):
            yield _unknown(name, document[name])
    for name, words in _SOME_OF.items():
        found = document.get(name)
        if _is_there(document, name) and not (
            isinstance(found, list) and all(_is_word(each, words) for each in found)
        ):
            yield _unknown(name, found)
    for name in sorted(set(map(str, document)) - _KNOWN):
        yield Finding(name, Code.UNKNOWN, f"expected no field {name[:60]}")


def _lengths(document: Mapping[str, Any]) -> Iterator[Finding]:
    for name, most in LONGEST.items():
        found = document.get(name)
        if found is not None and not isinstance(found, str):
            yield Finding(name, Code.MALFORMED, f"expected text, found {type(found).__name__}")
        elif found is not None and len(found) > most:
            yield Finding(name, Code.TOO_LONG, f"expected at most {most} characters, found {len(found)}")


def _dates(document: Mapping[str, Any]) -> Iterator[Finding]:
    begins = _date(document.get("application_date")) or _EARLIEST["application_date"]
    for name in (*_EARLIEST, *_END_DATES):
        if not _is_there(document, name):
            continue
        found, first = _date(document[name]), _EARLIEST.get(name, begins)
        if found is None:
            yield Finding(
                name, Code.NOT_A_DATE, f"expected a date as 2026-03-01, found {str(document[name])[:40]}"
            )
        elif not first <= found <= _LATEST:
            yield Finding(name, Code.OUT_OF_RANGE, f"expected {first} to {_LATEST}, found {found}")


def _forms(document: Mapping[str, Any]) -> Iterator[Finding]:
    puid, url = document.get("puid"), document.get("decision_ground_reference_url")
    if isinstance(puid, str) and puid and not _PUID.fullmatch(puid):
        yield Finding("puid", Code.MALFORMED, "expected letters of English, digits, - and _ alone")
    if isinstance(url, str) and url and not _is_url(url):
        yield Finding("decision_ground_reference_url", Code.MALFORMED, "expected an address of the web")
    language = document.get("content_language")
    if language is not None and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        yield _unknown("content_language", language)


def _people(document: Mapping[str, Any]) -> Iterator[Finding]:
    for name in sorted(_TEXTS):
        found = document.get(name)
        if isinstance(found, str) and names_somebody(found):
            yield Finding(name, Code.PERSONAL_DATA, "expected no address, telephone or identity number")


_LOOKS: tuple[Callable[[Mapping[str, Any]], Iterator[Finding]], ...] = (
    _required, _required_beside, _words, _lengths, _dates, _forms, _people,
)  # fmt: skip


def _is_there(document: Mapping[str, Any], name: str) -> bool:
    """As Laravel's *required* has it: null, blank text and empty lists are not there."""
    found = document.get(name)
    return bool(found.strip()) if isinstance(found, str) else found not in (None, [], {})


def _listed(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    return found if isinstance(found, list) else []


def _is_word(found: Any, words: frozenset[str]) -> bool:
    return isinstance(found, str) and found in words


def _date(found: Any) -> date | None:
    try:
        return date.fromisoformat(found) if isinstance(found, str) and len(found) == 10 else None
    except ValueError:
        return None


def _is_url(text: str) -> bool:
    try:
        return urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _missing(name: str) -> Finding:
    return Finding(name, Code.MISSING, f"expected {name}, found none")


def _unknown(name: str, found: Any) -> Finding:
    return Finding(name, Code.UNKNOWN, f"expected the schema's words for {name}, found {str(found)[:60]}")
