"""Properties of an XMP packet …"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.generators.xmp_properties import MOST_PROPERTIES, read_properties
from tests.marking.verification.containers import xmp


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (xmp('xmp:CreatorTool="A"'), (("CreatorTool", "A"),)),
        (xmp("xmp:CreatorTool = 'A &amp; B'"), (("CreatorTool", "A & B"),)),
        (xmp(elements="<xmp:CreatorTool> A </xmp:CreatorTool>"), (("CreatorTool", "A"),)),
        (
            xmp(
                elements="<dc:description><rdf:Alt><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Alt></dc:description>"
            ),
            (("description", "A\nB"),),
        ),
        (xmp(elements='<Iptc4xmpExt:DigitalSourceType rdf:resource="A"/>'), (("DigitalSourceType", "A"),)),
        (
            xmp(elements='<dc:x><rdf:Seq><rdf:li stEvt:softwareAgent="A"/></rdf:Seq></dc:x>'),
            (("softwareAgent", "A"),),
        ),
        (xmp('xmp:CreatorTool=""', "<dc:title>A</dc:title>"), ()),
    ],
)
def test_they_are_read_in_every_form(packet: bytes, expected: tuple[tuple[str, str], ...]) -> None:
    assert read_properties(packet) == expected
    assert read_properties(b'<?xpacket begin="x"??>' + packet + b'<?xpacket end="w"??>') == expected


@pytest.mark.parametrize(
    "packet",
    [
        xmp('xmp:CreatorTool="A &amp; B"')[:-40],
        xmp(elements="<xmp:CreatorTool>A &amp; B</xmp:CreatorTool>").replace(b"</rdf:RDF>", b""),
        xmp("xmp:CreatorTool='A &amp; B'").replace(b"x:xmpmeta", b"x:other").replace(b"rdf:RDF", b"rdf:R"),
        b"\xff" + xmp('xmp:CreatorTool="A &amp; B"'),
    ],
)
def test_a_damaged_packet_is_searched(packet: bytes) -> None:
    assert read_properties(packet) == (("CreatorTool", "A & B"),)


def test_no_entity_is_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "Midjourney">]>'
    packet = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + bomb + b"<x:CreatorTool>&a;</x:CreatorTool></x:xmpmeta>"
    )

    assert read_properties(packet) == (("CreatorTool", "&a;"),)


def test_only_so_many_are_read() -> None:
    assert len(read_properties(xmp(elements="<xmp:Credit>A</xmp:Credit>" * 400))) == MOST_PROPERTIES


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_they_are_read_from_any_bytes_without_raising(noise: bytes) -> None:
    assert isinstance(read_properties(b"<rdf:RDF " + noise), tuple)
