"""Reads the agreement's files and lays their text out for a page. Pure.

The files use four forms of Markdown: ``## `` headings, paragraphs, ``- `` items and ``**strong**`` words.
They become plain dataclasses, so that the template escapes every word like any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

EDITIONS = Path(__file__).parent / "agreements"
_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class AgreementText:
    """One version of the agreement in both languages, each with its section on marking apart."""

    version: int
    body_en: str
    body_zh: str
    marking_en: str
    marking_zh: str

    @property
    def sha256(self) -> str:
        """Hash of all four texts in this order, each behind its length in bytes (8, big-endian); hexadecimal."""
        digest = hashlib.sha256()
        for text in (self.body_en, self.body_zh, self.marking_en, self.marking_zh):
            encoded = text.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.hexdigest()

    @property
    def explains_marking(self) -> bool:
        """Whether both languages hold the section that Labelling Measures Art. 8 asks for."""
        return bool(self.marking_en and self.marking_zh)


class BlockKind(StrEnum):
    """How a block is set."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEMS = "items"


@dataclass(frozen=True)
class Span:
    """A run of words, strong or not."""

    text: str
    is_strong: bool


@dataclass(frozen=True)
class Block:
    """A heading or paragraph (one line of spans) or a list (one line of spans per item)."""

    kind: BlockKind
    lines: tuple[tuple[Span, ...], ...]


def newest(folder: Path = EDITIONS) -> AgreementText:
    """The text in the folder ``v<number>`` with the largest number. A file that is missing reads as empty."""
    version = max(int(each.name[1:]) for each in folder.glob("v[0-9]*"))
    texts = {
        f"{field}_{language}": _read(folder / f"v{version}" / f"{name}.{language}.md")
        for field, name in (("body", "terms"), ("marking", "marking"))
        for language in ("en", "zh")
    }
    return AgreementText(version, **texts)


class Bilingual(Protocol):
    """The four texts of an agreement, as a file's or as a row's."""

    body_en: str
    body_zh: str
    marking_en: str
    marking_zh: str


def laid_out(text: Bilingual, language: str) -> dict[str, object]:
    """What a page shows of an agreement to a reader of ``language`` (BCP 47): Chinese for every Chinese, English for all others."""
    is_chinese = language.startswith("zh")
    body, marking = (text.body_zh, text.marking_zh) if is_chinese else (text.body_en, text.marking_en)
    return {
        "text_language": "zh-Hans" if is_chinese else "en",
        "marking": list(blocks(marking)),
        "terms": list(blocks(body)),
    }


def blocks(text: str) -> Iterator[Block]:
    """The blocks of ``text``, which blank lines separate."""
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = chunk.splitlines()
        if chunk.startswith("## "):
            yield Block(BlockKind.HEADING, (_spans(chunk[3:]),))
        elif all(line.startswith("- ") for line in lines):
            yield Block(BlockKind.ITEMS, tuple(_spans(line[2:]) for line in lines))
        else:
            yield Block(BlockKind.PARAGRAPH, (_spans(" ".join(lines)),))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _spans(line: str) -> tuple[Span, ...]:
    parts = _STRONG.split(line)
    return tuple(Span(part, is_strong=index % 2 == 1) for index, part in enumerate(parts) if part)
