"""The Chinese catalogue …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize

from config.borrowed_sentences import COUNTING, REWORDED

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
APPS = ("accounts", "config", "consent", "marking")
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}{ending}": DEFAULT_KEYWORDS[name]
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for ending in ("_lazy", "_noop")
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_CHINESE = {"API", ", ", "%(file)s: %(sentence)s", "%(meaning)s (%(term)s)", "“%(words)s”"}

Key = tuple[str | None, str]


def catalogue() -> Catalog:
    """The catalogue as it is written."""
    return read_po(BytesIO((FOLDER / "django.po").read_bytes()), locale="zh_Hans", abort_invalid=True)


def key(message: Message) -> Key:
    """Context and first form of a message."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def entries() -> list[Message]:
    """All messages but the header."""
    return [message for message in catalogue() if message.id]


def python_sources() -> Iterator[str]:
    """Each module of ours, and each template as Django turns it into Python calls."""
    for app in APPS:
        for path in (settings.ROOT / app).rglob("*.py"):
            yield path.read_text(encoding="utf-8")
    for path in (settings.ROOT / "templates").rglob("*.*"):
        calls = templatize(path.read_text(encoding="utf-8"))
        yield "\n".join(
            line.strip() for line in calls.splitlines()
        )  # the template's indents are not Python's


@cache
def extracted() -> frozenset[Key]:
    """Context and first form of every translatable message in the sources."""
    found = set()
    for source in python_sources():
        for _line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
            found.add((context, message if isinstance(message, str) else message[0]))
    return frozenset(found)


def forms(message: Message) -> list[tuple[str, str]]:
    """Pairs of an English form and each Chinese one; Chinese has a single number."""
    english = message.id if isinstance(message.id, str) else message.id[-1]
    chinese = (message.string,) if isinstance(message.string, str) else message.string or ()
    return [(english, each) for each in chinese]


def compiled(file: BytesIO) -> dict[Key, object]:
    """What a compiled catalogue answers, without its header."""
    file.seek(0)
    return {key(message): message.string for message in read_mo(file) if message.id}


def test_it_holds_exactly_what_the_sources_say() -> None:
    written = {key(message) for message in entries()}
    assert extracted() - written == set(), "missing: run makemessages, see docs/translating.md"
    assert written - extracted() == set(), "no longer used: run makemessages, see docs/translating.md"


def test_it_translates_everything() -> None:
    assert [message.id for message in entries() if not all(string for _, string in forms(message))] == []


def test_it_leaves_nothing_in_english() -> None:
    untouched = {
        message.id for message in entries() if not all(CHINESE.search(string) for _, string in forms(message))
    }
    assert untouched == SAME_IN_CHINESE


def test_it_holds_no_guesses_and_nothing_obsolete() -> None:
    assert [message.id for message in entries() if message.fuzzy] == []
    assert catalogue().obsolete == {}


def test_it_keeps_the_placeholders() -> None:
    pairs = [pair for message in entries() for pair in forms(message)]
    assert [
        pair for pair in pairs if set(PLACEHOLDER.findall(pair[0])) != set(PLACEHOLDER.findall(pair[1]))
    ] == []


def test_it_is_compiled_from_what_is_written() -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue())
    assert compiled(fresh) == compiled(BytesIO((FOLDER / "django.mo").read_bytes()))


def test_it_writes_no_half_width_punctuation_after_chinese() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;:!?](?!\w)|[\u4e00-\u9fff]\.(?!\w)")
    assert [string for each in entries() for _, string in forms(each) if half_width.search(string)] == []


def test_it_words_anew_what_django_and_allauth_say() -> None:
    with override("zh-hans"):
        assert gettext("Email") == "电子邮箱"
        assert [each for each in REWORDED if gettext(each) == each] == []
        assert str(COUNTING[0] % 10) == "密码过短，至少应包含 10 个字符。"
        assert str(COUNTING[1] % {"min_length": 10}) == "密码至少应包含 10 个字符。"
