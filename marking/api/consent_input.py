"""What a program says of a work and those in it, looked at before it is read as a use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.contacts.services import index_of
from consent.requests.fields import EARLIEST, LATEST
from consent.scope import Audience
from marking.consenting.services import Place

_LISTED = (Audience.NAMED, Audience.ORGANISATION)
MOST_OUTPUTS, MOST_SECONDS = 1_000_000, 1_000_000


def require_terms(terms: Mapping[str, Any]) -> None:
    """Raise :class:`Refusal` with ``terms_invalid`` (422) for numbers, dates and texts that no terms can hold, and with
    ``recipients_missing`` for a listed audience of nobody.

    What is missing, or said in a word that is not known, is left to the scope engine, which names the clause.
    """
    require_writable(terms)
    if not _is_between(terms.get("outputs"), 1, MOST_OUTPUTS) or not _is_between(
        terms.get("seconds"), 0, MOST_SECONDS
    ):
        sentence = _(
            "outputs is a whole number from 1 to %(outputs)d, and seconds one from 0 to %(seconds)d."
        )
        raise _invalid(sentence % {"outputs": MOST_OUTPUTS, "seconds": MOST_SECONDS})
    if terms.get("audience") in _LISTED and not terms.get("recipients"):
        sentence = _("An audience of “%(audience)s” expects its recipients by name; none was given.")
        raise Refusal("recipients_missing", sentence % {"audience": terms["audience"]}, status=422)
    if not all(_is_near(terms.get(name)) for name in ("starts_at", "ends_at")):
        raise _invalid(_("A date lies outside of the years 2000 to 2100."))


def require_writable(said: object) -> None:
    """Raise :class:`Refusal` with ``terms_invalid`` (422) where a text in ``said`` holds control characters or half of a pair (RFC 8259 section 8.2)."""
    if any(unicodedata.category(each) in ("Cc", "Cs") for text in _texts_in(said) for each in text):
        raise _invalid(
            _(
                "A text in the terms or about a person holds characters that cannot be written, such as control characters."
            )
        )


def require_once(places: Sequence[Place]) -> None:
    """Raise :class:`Refusal` with ``person_twice`` (422) where a consent or an address is named twice."""
    named = [each.grant or index_of(each.address) for each in places]
    if len(set(named)) < len(named):
        raise Refusal("person_twice", _("Each person is named once."), status=422)


def _texts_in(said: object) -> Iterator[str]:
    waiting = [said]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case Mapping() as fields:
                waiting += [*fields.keys(), *fields.values()]
            case [*entries]:
                waiting += entries


def _is_between(value: object, least: int, most: int) -> bool:
    """Whether a number that is said is within its bounds."""
    return value is None or (isinstance(value, int) and least <= value <= most)


def _is_near(value: object) -> bool:
    """Whether a moment, if it is one, can be told in every time zone."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return True
    return moment is None or EARLIEST < moment.date() < LATEST


def _invalid(sentence: str) -> Refusal:
    return Refusal("terms_invalid", sentence, status=422)
