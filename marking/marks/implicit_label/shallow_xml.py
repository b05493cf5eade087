"""XML from anybody's files: parsed without document types, entities or anything external, and bounded in depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

DEEPEST_ELEMENT = 64
"""Nesting of elements that is followed; XMP needs about ten."""


@dataclass(frozen=True)
class Document:
    """A parsed document: its root, and the prefix of each namespace that it declares."""

    root: Element
    prefixes: dict[str, str] = field(default_factory=dict)


class _DepthExceeded(ValueError):
    """Elements are nested deeper than ``DEEPEST_ELEMENT``."""


class _ShallowBuilder:
    """A parser target that builds the tree, refuses deep nesting, and remembers the prefixes in use."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        self.prefixes: dict[str, str] = {}

    def start_ns(self, prefix: str, namespace: str) -> None:
        self.prefixes.setdefault(namespace, prefix)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST_ELEMENT:
            raise _DepthExceeded(f"expected at most {DEEPEST_ELEMENT} nested elements")
        self._tree.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def data(self, text: str) -> None:
        self._tree.data(text)

    def close(self) -> Element:
        return self._tree.close()


def parse(text: str) -> Document | None:
    """Return the document in ``text``; ``None`` if it is malformed, too deep, or declares a document type."""
    builder = _ShallowBuilder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except (ValueError, ParseError, DefusedXmlException):
        return None
    return Document(root, builder.prefixes)
