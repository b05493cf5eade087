"""Finished files in the eyes of programs that are not ours: ExifTool, and the C2PA library as it comes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from c2pa import Context, Reader
from PIL import Image

from marking.marks import credential, implicit_label
from marking.marks.explicit_label import Wording
from marking.marks.implicit_label import AigcLabel, SigningKey, signed_by_producer
from marking.media import Limits
from marking.pipeline.picture import Order, mark_picture
from tests.conftest import photograph
from tests.marking.marks.implicit_label.exiftool import read_tags
from tests.marking.media.boxed_files import heic
from tests.marking.pipeline.provenances import PROVENANCE

LABEL = signed_by_producer(
    AigcLabel.first(producer="001191110102MACQD9K64010000", produce_id=PROVENANCE.work), SigningKey(5)
)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "AVIF", "HEIC")


def source_of(name: str) -> bytes:
    if name == "HEIC":
        return heic("photo")
    file = io.BytesIO()
    Image.fromarray(photograph(240, 320)).save(file, name)
    return file.getvalue()


@pytest.fixture(params=FORMATS)
def finished(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A marked file, made from each format that is accepted."""
    source, folder = tmp_path / "source", tmp_path / "out"
    source.write_bytes(source_of(request.param))
    folder.mkdir()
    order = Order(source, folder, 7, b"a key of the test", LABEL, Wording.BOTH, Limits(), PROVENANCE)
    return mark_picture(lambda _: None, order).path


def test_exiftool_reads_the_label_and_the_words_of_iptc_as_we_do(finished: Path) -> None:
    (ours,) = implicit_label.read(finished.read_bytes()).labels
    tags = read_tags(finished, "-XMP:all")
    assert ours.value == LABEL
    assert json.loads(tags["XMP:Aigc"]) == LABEL.fields()
    assert tags["XMP:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert (tags["XMP:AISystemUsed"], str(tags["XMP:AISystemVersionUsed"])) == (
        PROVENANCE.tool,
        PROVENANCE.tool_version,
    )


def test_the_c2pa_library_calls_the_file_valid_and_its_signer_unknown(finished: Path) -> None:
    """As ``c2patool`` would: with the library's own settings, which know nothing of this site."""
    data = finished.read_bytes()
    with Reader(
        None,
        io.BytesIO(data),
        context=Context.from_dict({}),
    ) as reader:
        theirs = json.loads(reader.json())
    ours = credential.read(data, credential.OwnRoots())
    assert theirs["validation_state"] == "Valid"
    failures = theirs["validation_results"]["activeManifest"]["failure"]
    assert [each["code"] for each in failures] == ["signingCredential.untrusted"]
    assert isinstance(ours, credential.Credential)
    assert (ours.integrity, ours.signer) == (credential.Integrity.INTACT, credential.Signer.UNKNOWN)
    assert ours.problems == ("signingCredential.untrusted",)
