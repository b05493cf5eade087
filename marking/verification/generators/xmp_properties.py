"""Properties of an XMP packet by their names, whoever wrote it and in whatever form (ISO 16684-1, 7). Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from marking.marks.implicit_label import shallow_xml
from marking.marks.implicit_label.xmp import LARGEST_PACKET, root_text

NAMES = frozenset(
    {
        "AIPromptInformation", "AIPromptWriterName", "AISystemUsed", "AISystemVersionUsed", "CreatorTool", "Credit",
        "Description", "DigitalSourceType", "Instructions", "Software", "UserComment", "description", "digitalSourceType",
        "parameters", "softwareAgent",
    }
)  # fmt: skip
"""Local names that are looked for."""
MOST_PROPERTIES = 256
LONGEST_VALUE = 1 << 18
"""Characters of one value that are looked at."""

_PATTERN = "|".join(sorted(NAMES))
_ATTRIBUTE = re.compile(rf":({_PATTERN})\s{{0,8}}=\s{{0,8}}(?:\"([^\"<]{{1,65536}})\"|'([^'<]{{1,65536}})')")
_ELEMENT = re.compile(rf":({_PATTERN})(?:\s[^<>]{{0,400}})?>([^<]{{1,65536}})<")


def read_properties(packet: bytes) -> tuple[tuple[str, str], ...]:
    """Return local names and texts of the properties in ``NAMES``. Never raises.

    Of a list the items stand behind one another, one a line. A packet that does not parse is searched all the same.
    """
    packet = packet[:LARGEST_PACKET]
    return tuple(islice((each for each in _properties(packet) if each[1]), MOST_PROPERTIES))


def _properties(packet: bytes) -> Iterator[tuple[str, str]]:
    try:
        document = shallow_xml.parse(root_text(packet.decode("utf-8")))
    except ValueError:
        document = None
    return _scanned(packet) if document is None else _parsed(document.root)


def _parsed(root: Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        name = _local(element.tag)
        if name in NAMES and not _is_node(element):
            resource = next((value for key, value in element.attrib.items() if _local(key) == "resource"), "")
            lines = (text.strip() for text in (*element.itertext(), resource))
            yield name, "\n".join(filter(None, lines))[:LONGEST_VALUE]
        for key, value in element.attrib.items():
            if _local(key) in NAMES:
                yield _local(key), value.strip()[:LONGEST_VALUE]


def _is_node(element: Element) -> bool:
    """Whether an element is RDF's own ``Description``, which describes a resource and is no property."""
    return element.tag.startswith("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _scanned(packet: bytes) -> Iterator[tuple[str, str]]:
    text = packet.decode("utf-8", errors="replace")
    for pattern in (_ATTRIBUTE, _ELEMENT):
        for match in pattern.finditer(text):
            yield match[1], html.unescape(match[match.lastindex or 0]).strip()
