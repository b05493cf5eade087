"""The words that an owner accepts with each request: who is responsible, and what the copy may be used for. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

EDITIONS = Path(__file__).parent / "terms"


@dataclass(frozen=True)
class Terms:
    """One version of the words, in both languages, in the Markdown of the user agreement."""

    version: int
    text_en: str
    text_zh: str

    @property
    def sha256(self) -> str:
        """Hash of both texts in this order, each behind its length in bytes (8, big-endian); hexadecimal."""
        digest = hashlib.sha256()
        for text in (self.text_en, self.text_zh):
            encoded = text.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.hexdigest()


@cache
def current_terms() -> Terms:
    """The words in force: those in the folder ``v<number>`` with the largest number."""
    version = max(int(each.name[1:]) for each in EDITIONS.glob("v[0-9]*"))
    folder = EDITIONS / f"v{version}"
    texts = {
        f"text_{language}": (folder / f"terms.{language}.md").read_text(encoding="utf-8").strip()
        for language in ("en", "zh")
    }
    return Terms(version, **texts)
