"""The exact text that an approver reads and signs, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from unicodedata import category

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from accounts.elevation.document import Asked
from accounts.elevation.keeper import Field
from accounts.elevation.wording import BASES, FIELDS

TEMPLATE = "1"
"""Version of these words. Another word in any language is another version."""

_MARKS = str.maketrans(dict.fromkeys('“”„‟「」『』«»"', "’"))
"""Other quotation marks, which would seem to end a quotation."""


def texts(asked: Asked) -> dict[str, str]:
    """The text in every language of the site, by locale."""
    return {locale: render(asked, locale=locale) for locale, _name in settings.LANGUAGES}


def render(asked: Asked, *, locale: str) -> str:
    """The text in ``locale``. Lines end in a line feed, the last too; times are in UTC."""
    with translation.override(locale):
        return "".join(f"{line}\n" for line in _lines(asked))


def named(fields: frozenset[Field]) -> str:
    """The fields in words, in the active language."""
    return gettext(", ").join(str(FIELDS[field]) for field in Field if field in fields)


def is_legible(words: str) -> bool:
    """Whether what is read is what is written: no control or format characters (Unicode categories Cc, Cf), which turn or hide text."""
    return all(each in "\t\n\r" or category(each) not in {"Cc", "Cf"} for each in words)


def _lines(asked: Asked) -> Iterator[str]:
    yield gettext("Opening of sealed identities (form %(template)s)") % {"template": TEMPLATE}
    yield gettext("Request %(reference)s, made %(moment)s") % {
        "reference": asked.reference,
        "moment": _moment(asked.asked_at),
    }
    yield gettext("Who asks: %(asker)s") % {"asker": asked.asker}
    yield gettext("Whose identity: %(persons)s") % {"persons": gettext(", ").join(asked.persons)}
    yield gettext("What is shown of it, and nothing else: %(fields)s") % {"fields": named(asked.fields)}
    if asked.about:
        yield gettext("About: %(about)s") % {"about": asked.about}
    yield gettext("Legal basis: %(basis)s") % {"basis": BASES[asked.basis]}
    yield gettext("Reason: “%(reason)s”") % {"reason": _on_one_line(asked.reason)}
    yield gettext("SHA-256 of the document behind it: %(digest)s") % {"digest": asked.document_sha256}
    yield ngettext(
        "It can be read for %(minutes)d minute, by the one who asks alone, and each look is recorded.",
        "It can be read for %(minutes)d minutes, by the one who asks alone, and each look is recorded.",
        asked.minutes,
    ) % {"minutes": asked.minutes}
    yield gettext("Nothing is opened from %(moment)s on.") % {"moment": _moment(asked.opens_before)}
    yield _telling(asked)
    yield gettext(
        "I have read the document behind this request. I did not ask, and I am not concerned. I approve."
    )


def _telling(asked: Asked) -> str:
    if asked.gag_until is None:
        return gettext("The persons are told as soon as it is closed.")
    said = {"day": asked.gag_until.isoformat(), "reason": _on_one_line(asked.gag_reason)}
    return (
        gettext("The persons are told on %(day)s at the latest, and not sooner because: “%(reason)s”") % said
    )


def _on_one_line(words: str) -> str:
    """Somebody's own words, which neither end their quotation nor begin a line."""
    return " ".join(words.translate(_MARKS).split())


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
