"""Labels in Markdown files (TC260-PG-20258A, 6.5): the mapping AIGC of the YAML front matter.

Of YAML 1.2 only what writers of labels use is read: scalars plain and in quotes, one level of indented lines, JSON,
and block scalars.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from marking.marks.implicit_label.carrier import Carrier, Fault, Found, decoded, names_label

FENCE = "---"
MOST_LINES = 4096

_START = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]{0,64}\r?\n")
_FIELD = re.compile(r"\s{0,64}[\"']?([A-Za-z0-9_-]{1,64})[\"']?\s{0,64}:(?:\s(.*))?")
_BLOCK = re.compile(r"[|>][+-]?")


def is_front_matter(data: bytes) -> bool:
    """Whether ``data`` begins with the fence of a front matter."""
    return _START.match(data) is not None


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels of ``data`` as JSON texts, and the fault ``truncated_container`` of a missing end fence."""
    lines = decoded(data).splitlines()[1:MOST_LINES]
    fences = (number for number, line in enumerate(lines) if line.rstrip() in (FENCE, "..."))
    stop = next(fences, None)
    if stop is None:
        yield Fault("truncated_container")
    for number, line in enumerate(lines[:stop]):
        field = _FIELD.fullmatch(line)
        if field is not None and not line[:1].isspace() and names_label(field[1]):
            yield Carrier("markdown:AIGC", _value(field[2] or "", lines[number + 1 : stop]))


def _value(inline: str, following: Sequence[str]) -> str:
    """Return the JSON text of a value: on the line itself, a block scalar, or the indented lines below it."""
    inline = _unquoted(inline.strip())
    if inline and not _BLOCK.fullmatch(inline):
        return inline
    block = list(_indented(following))
    if inline or (block and block[0].lstrip().startswith("{")):
        return "\n".join(block)
    return _as_json(block)


def _indented(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line.strip() and not line[:1].isspace():
            return
        yield line


def _as_json(lines: Sequence[str]) -> str:
    """Return the JSON object of a mapping's lines, a repeated name repeated; what is no field is passed over."""
    fields = [match for line in lines if (match := _FIELD.fullmatch(line)) is not None]
    pairs = (f"{json.dumps(match[1])}:{json.dumps(_unquoted((match[2] or '').strip()))}" for match in fields)
    return "{" + ",".join(pairs) + "}"


def _unquoted(value: str) -> str:
    """Return a scalar without its quotes: JSON's escapes in double ones, a doubled quote in single ones."""
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) >= 2 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value[1:-1]
    return value.partition(" #")[0].rstrip()
