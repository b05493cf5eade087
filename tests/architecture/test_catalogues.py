from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "config" / "locale"


def _messages() -> Iterator[tuple[Path, Message]]:
    for path in sorted(LOCALE.rglob("*.po")):
        with path.open("rb") as source:
            yield from ((path, message) for message in read_po(source) if message.id)


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value]  # type: ignore[attr-defined]


def test_every_message_is_translated() -> None:
    for path, message in _messages():
        assert all(_texts(message.string)), (path.name, message.id)
        assert not message.fuzzy, (path.name, message.id)


def test_every_compiled_catalogue_says_what_its_source_says() -> None:
    """Compared by content: a fresh checkout gives every file the same time."""
    compiled: dict[Path, gettext.GNUTranslations] = {}
    for path, message in _messages():
        if path not in compiled:
            with path.with_suffix(".mo").open("rb") as file:
                compiled[path] = gettext.GNUTranslations(file)
        said = _translated(compiled[path], message)
        assert said == _texts(message.string)[0], (path.name, message.id)


def _translated(catalogue: gettext.GNUTranslations, message: Message) -> str:
    identifiers = _texts(message.id)
    if len(identifiers) == 2:
        singular, plural = identifiers
        if message.context:
            return catalogue.npgettext(message.context, singular, plural, 1)
        return catalogue.ngettext(singular, plural, 1)
    if message.context:
        return catalogue.pgettext(message.context, identifiers[0])
    return catalogue.gettext(identifiers[0])
