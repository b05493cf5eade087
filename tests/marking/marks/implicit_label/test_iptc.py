"""Origin: where a picture comes from, in the words of IPTC and PLUS."""

from __future__ import annotations

from pathlib import Path

from marking.marks.implicit_label import ModelRelease, Origin, SourceType, read, write
from tests.marking.marks.implicit_label.exiftool import read_tags
from tests.marking.marks.implicit_label.pictures import LABEL, encoded, xmp_packet

WHOLE = Origin(SourceType.COMPOSITE, "Doubao <3 & co", "1.0", ModelRelease.LIMITED)


def test_other_readers_know_every_word(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(write(encoded("png"), LABEL, origin=WHOLE))
    tags = read_tags(path, "-XMP:all", "-n")
    assert tags["XMP:DigitalSourceType"] == SourceType.COMPOSITE.value
    assert tags["XMP:AISystemUsed"] == "Doubao <3 & co"
    assert str(tags["XMP:AISystemVersionUsed"]) in ("1.0", "1")
    assert tags["XMP:ModelReleaseStatus"].endswith("MR-LMR")


def test_other_readers_find_the_releases_in_their_order(tmp_path: Path) -> None:
    for number, ids in enumerate([("one",), ("z & <co>", "a\0b")]):
        path = tmp_path / f"{number}.png"
        origin = Origin(model_release=ModelRelease.LIMITED, release_ids=ids)
        path.write_bytes(write(encoded("png"), LABEL, origin=origin))
        found = read_tags(path, "-XMP:all", "-n")["XMP:ModelReleaseID"]
        assert found == (["z & <co>", "ab"] if number else "one")
        again = write(encoded("png"), LABEL, xmp=xmp_packet(_releases("old")), origin=origin)
        assert b"old" not in again


def _releases(name: str) -> str:
    entry = f"<rdf:Bag><rdf:li>{name}</rdf:li></rdf:Bag>"
    return (
        f'<plus:ModelReleaseID xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">{entry}</plus:ModelReleaseID>'
    )


def test_it_says_nothing_of_what_is_not_known() -> None:
    assert Origin().properties() == {"Iptc4xmpExt:DigitalSourceType": SourceType.TRAINED.value}


def test_it_takes_the_place_of_what_stood_there() -> None:
    old = xmp_packet("<Iptc4xmpExt:AISystemUsed>another</Iptc4xmpExt:AISystemUsed>")
    written = write(encoded("png"), LABEL, xmp=old, origin=Origin(system="ours"))
    assert b"another" not in written
    assert written.count(b"<Iptc4xmpExt:AISystemUsed>") == 1


def test_it_leaves_out_characters_that_xml_cannot_hold() -> None:
    written = write(encoded("png"), LABEL, origin=Origin(system="a\0b\x1b\ud800c\uffff"))
    assert b"<Iptc4xmpExt:AISystemUsed>abc</Iptc4xmpExt:AISystemUsed>" in written
    assert read(written).labels[0].is_valid
