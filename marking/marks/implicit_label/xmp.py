"""XMP packets with an AIGC label (ISO 16684-1; TC260-PG-20259A): read, and build with foreign properties kept.

Packets come from anybody's files: they are bounded in size and depth, and parsed without document types,
entities or anything external.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from marking.marks.implicit_label import shallow_xml
from marking.marks.implicit_label.iptc import PROPERTIES, Origin
from marking.marks.implicit_label.label import AigcLabel

LARGEST_PACKET = 1 << 20
"""Bytes of a packet that are looked at."""
MOST_LABELS = 16
"""Labels reported from one packet; more than one is a fault already."""

TC260_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
NOTE_NAMESPACE = "http://ns.adobe.com/xmp/note/"

RDF, DESCRIPTION, ABOUT = (f"{{{RDF_NAMESPACE}}}{name}" for name in ("RDF", "Description", "about"))
HAS_EXTENDED_XMP = f"{{{NOTE_NAMESPACE}}}HasExtendedXMP"

PACKET_START = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
PACKET_END = '<?xpacket end="w"?>'

_ROOT_START = re.compile(r"<((?:[\w.-]{1,64}:)?(?:xmpmeta|xapmeta|RDF))[\s>]")
_SCANNED_ELEMENT = re.compile(r"<(?:[\w.-]{1,64}:)?AIGC(?:\s[^<>]{0,400})?>([^<]{1,65536})<", re.IGNORECASE)
_SCANNED_ATTRIBUTE = re.compile(
    r":AIGC\s{0,8}=\s{0,8}(?:\"([^\"<]{1,65536})\"|'([^'<]{1,65536})')", re.IGNORECASE
)


@dataclass(frozen=True)
class LabelText:
    """The text of one AIGC property, and the faults of where it stood."""

    text: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class PacketReading:
    """The label texts of a packet. A damaged one was searched for them without understanding it."""

    texts: tuple[LabelText, ...]
    is_damaged: bool


@dataclass(frozen=True)
class _Document:
    rdf: Element
    prefixes: dict[str, str] = field(default_factory=dict)  # namespace to prefix


def read_packet(packet: bytes) -> PacketReading:
    """Return the AIGC properties of ``packet`` (at most ``LARGEST_PACKET`` bytes). Never raises.

    Elements and attributes of any prefix count; one outside the TC260 namespace has the fault
    ``foreign_namespace``. A packet that does not parse is searched for them all the same, since large producers
    write malformed ones.
    """
    document = _parse(packet)
    if document is None:
        return PacketReading(tuple(islice(_scanned(packet), MOST_LABELS)), is_damaged=True)
    return PacketReading(tuple(islice(_properties(document.rdf), MOST_LABELS)), is_damaged=False)


def build_packet(
    label: AigcLabel,
    base: bytes | None,
    origin: Origin | None = None,
    *,
    largest: int = LARGEST_PACKET,
) -> bytes:
    """Return a packet with ``label`` as its only AIGC property.

    Properties of ``base`` are kept if it parses and the result has at most ``largest`` bytes. The words of ``origin``
    take the place of those that stand there; without one those are left alone.
    """
    document = _parse(base) if base is not None and len(base) <= LARGEST_PACKET else None
    if document is not None:
        _remove_replaced(document.rdf, drops_origin=origin is not None)
        packet = _serialised(document, label, origin)
        if len(packet) <= largest:
            return packet
    return _serialised(_Document(Element(RDF)), label, origin)


def _parse(packet: bytes) -> _Document | None:
    try:
        document = shallow_xml.parse(root_text(packet.decode("utf-8")))
    except ValueError:
        return None
    if document is None:
        return None
    rdf = document.root if document.root.tag == RDF else document.root.find(RDF)
    return None if rdf is None else _Document(rdf, document.prefixes)


def root_text(text: str) -> str:
    """Return the outermost XMP element of ``text``, without the processing instructions around it that some break.

    Raises ``ValueError`` if there is none.
    """
    start = _ROOT_START.search(text)
    if start is None:
        raise ValueError("expected an xmpmeta or RDF element, found none")
    end_tag = f"</{start[1]}>"
    end = text.rfind(end_tag)
    return text[start.start() : end + len(end_tag)] if end >= 0 else text[start.start() :]


def _properties(rdf: Element) -> Iterator[LabelText]:
    for element in rdf.iter():
        if _is_label(element.tag):
            yield LabelText("".join(element.itertext()).strip(), _namespace_faults(element.tag))
        for name, value in element.attrib.items():
            if _is_label(name):
                yield LabelText(value.strip(), _namespace_faults(name))


def _is_label(name: str) -> bool:
    return name.rpartition("}")[2].casefold() == "aigc"


def _namespace_faults(name: str) -> tuple[str, ...]:
    return () if name.startswith(f"{{{TC260_NAMESPACE}}}") else ("foreign_namespace",)


def _scanned(packet: bytes) -> Iterator[LabelText]:
    text = packet.decode("utf-8", errors="replace")
    for pattern in (_SCANNED_ELEMENT, _SCANNED_ATTRIBUTE):
        for match in pattern.finditer(text):
            yield LabelText(html.unescape(match[match.lastindex or 0]).strip(), ("damaged_xmp",))


def _remove_replaced(rdf: Element, *, drops_origin: bool) -> None:
    """Take out every label, the pointer to an extended packet, and the IPTC words if new ones follow."""
    replaced = {HAS_EXTENDED_XMP} | (PROPERTIES if drops_origin else set())
    for element in rdf.iter():
        for name in [name for name in element.attrib if name in replaced or _is_label(name)]:
            del element.attrib[name]
        for child in [child for child in element if child.tag in replaced or _is_label(child.tag)]:
            element.remove(child)
    for description in rdf.findall(DESCRIPTION):
        if not len(description) and description.attrib.keys() <= {ABOUT}:
            rdf.remove(description)


def _own_description(rdf: Element, label: AigcLabel, origin: Origin | None) -> str:
    """Return our ``rdf:Description``, about the same resource as the others (ISO 16684-1, 7.4)."""
    about = next((element.get(ABOUT, "") for element in rdf), "")
    value = escape(label.to_json(), {'"': "&quot;"})
    namespaces = {"TC260": TC260_NAMESPACE} | (origin.namespaces() if origin else {})
    declared = "".join(f' xmlns:{prefix}="{namespace}"' for prefix, namespace in namespaces.items())
    words = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in (origin.properties() if origin else {}).items()
    )
    lists = "".join(_bag(name, texts) for name, texts in (origin.lists() if origin else {}).items())
    properties = f"<TC260:AIGC>{value}</TC260:AIGC>{words}{lists}"
    return f"<rdf:Description rdf:about={quoteattr(about)}{declared}>{properties}</rdf:Description>"


def _bag(name: str, texts: tuple[str, ...]) -> str:
    """Return a property of several values (ISO 16684-1, 7.7: an unordered array, which readers keep in its order)."""
    entries = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<{name}><rdf:Bag>{entries}</rdf:Bag></{name}>"


def _serialised(document: _Document, label: AigcLabel, origin: Origin | None) -> bytes:
    """Return the packet of the foreign properties in ``document``, followed by ours."""
    prefixes = _unique_prefixes(document)
    declared = "".join(
        f" xmlns:{prefix}={quoteattr(namespace)}"
        for namespace, prefix in prefixes.items()
        if namespace != XML_NAMESPACE
    )
    foreign = "".join(_element_text(child, prefixes) for child in document.rdf)
    own = _own_description(document.rdf, label, origin)
    packet = (
        f'{PACKET_START}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF{declared}>{foreign}{own}</rdf:RDF>'
        f"</x:xmpmeta>{PACKET_END}"
    )
    return packet.encode()


def _unique_prefixes(document: _Document) -> dict[str, str]:
    """Return a prefix for every namespace in use: the packet's own where it is free, else a numbered one."""
    prefixes = {RDF_NAMESPACE: "rdf", XML_NAMESPACE: "xml"}
    taken = set(prefixes.values())
    numbered = (f"ns{number}" for number in count(1))
    for namespace in sorted(_namespaces(document.rdf) - prefixes.keys()):
        prefix = document.prefixes.get(namespace, "")
        if not prefix or prefix in taken:
            prefix = next(name for name in numbered if name not in taken)
        prefixes[namespace] = prefix
        taken.add(prefix)
    return prefixes


def _namespaces(rdf: Element) -> set[str]:
    names = {name for element in rdf.iter() for name in (element.tag, *element.attrib)}
    return {name[1:].partition("}")[0] for name in names if name.startswith("{")}


def _element_text(element: Element, prefixes: dict[str, str]) -> str:
    name = _qualified(element.tag, prefixes)
    attributes = "".join(
        f" {_qualified(key, prefixes)}={quoteattr(value)}" for key, value in element.attrib.items()
    )
    inner = _escaped(element.text) + "".join(_element_text(child, prefixes) for child in element)
    return f"<{name}{attributes}>{inner}</{name}>{_escaped(element.tail)}"


def _qualified(name: str, prefixes: dict[str, str]) -> str:
    if not name.startswith("{"):
        return name
    namespace, _, local = name[1:].partition("}")
    return f"{prefixes[namespace]}:{local}"


def _escaped(text: str | None) -> str:
    return escape(text or "", {"\r": "&#13;"})
