"""What is recorded of that which a file was generated from, such as prompt and seed: a commitment, and never the words."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from accounts.records.entry import SALT_BYTES, commitment

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

_LINE_END = re.compile(r"\r\n?")
NOT_STATED = "not_stated"
LONGEST = 20_000
"""Characters: prompts, and the graphs of nodes that some programs write."""


def clean(text: str) -> str:
    """``text`` as it is committed to: line ends as browsers and programs alike would have them, trimmed."""
    return _LINE_END.sub("\n", text).strip()


def committed_to(text: str) -> JSON:
    """SHA-256(0x02 ‖ salt ‖ ``text`` in UTF-8) with its 32 random bytes of salt, in hexadecimal; :data:`NOT_STATED` for empty text.

    Whoever has the words can show later that it was these; nobody can compare the parameters of two works.
    """
    if not text:
        return NOT_STATED
    salt = secrets.token_bytes(SALT_BYTES)
    return {"salt": salt.hex(), "sha256": commitment(salt, text.encode()).hex()}
