"""The marking river on real files, checked with parsers that are not ours where there are any."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from marking.marks import credential, explicit_label, fingerprint, implicit_label, watermark
from marking.marks.explicit_label import Corner, Wording
from marking.marks.fingerprint.features import take
from marking.marks.implicit_label import AigcLabel, png
from marking.marks.watermark.quality import measure
from marking.media import Limits, MediaType, Refused, encode_picture
from marking.pipeline.picture import MarkMissing, Order, check_marks, mark_picture
from marking.pipeline.provenance import claim_of
from tests.conftest import photograph
from tests.marking.marks.credential.signed import CLAIM, issuer, own, stranger
from tests.marking.pipeline.provenances import PROVENANCE

PAYLOAD = 0xC0FFEE123456
KEY = b"a key of the test"
LABEL = AigcLabel.first(producer="001191110102MACQD9K64010000", produce_id="R07ZQ0H4KP")


def _order(source: Path, folder: Path) -> Order:
    folder.mkdir()
    return Order(source, folder, PAYLOAD, KEY, LABEL, Wording.BOTH, Limits(), PROVENANCE)


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "RGB"), ("a.jpg", "RGB"), ("a.webp", "RGB"), ("a.png", "RGBA"), ("a.webp", "RGBA"), ("a.png", "P"),
     ("a.png", "L"), ("a.jpg", "CMYK"), ("a.jpg", "L")],
)  # fmt: skip
def test_it_leaves_every_mark_in_every_kind_of_file(tmp_path: Path, name: str, mode: str) -> None:
    source = tmp_path / name
    Image.fromarray(photograph()).convert(mode).save(source)
    steps: list[str] = []
    marked = mark_picture(steps.append, _order(source, tmp_path / "out"))

    data = marked.path.read_bytes()
    assert (marked.sha256, marked.size) == (hashlib.sha256(data).hexdigest(), len(data))
    with Image.open(marked.path) as image:
        assert image.size == (marked.width, marked.height) == (512, 384)
        assert Image.MIME[image.format or ""] == marked.media_type
        rgb = np.asarray(image.convert("RGB"))
    found = watermark.detect(rgb, key=KEY)
    assert found is not None
    assert found.payload == PAYLOAD
    assert [each.value for each in implicit_label.read(data).labels] == [LABEL]
    assert explicit_label.find(rgb) is not None
    assert (marked.fingerprint, marked.layout) == (fingerprint.fingerprint(rgb), fingerprint.layout(rgb))
    with Image.open(source) as unlabelled:
        assert marked.features == take(np.asarray(unlabelled.convert("RGB")))
    assert [mark["name"] for mark in marked.marks] == [
        "explicit_label",
        "watermark",
        "implicit_label",
        "credential",
    ]
    assert steps[0] == "decode"
    assert steps[-1] == "previews"


def test_it_marks_so_that_a_halved_jpeg_75_still_says_whose_it_is(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph(768, 1024)).save(source)
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    with Image.open(marked.path) as image:
        image.convert("RGB").resize((512, 384)).save(tmp_path / "copy.jpg", quality=75)
    with Image.open(tmp_path / "copy.jpg") as copy:
        found = watermark.detect(np.asarray(copy), key=KEY)
    assert found is not None
    assert found.payload == PAYLOAD


def test_it_measures_what_the_watermark_alone_did(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).save(source)
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    quality = marked.marks[1]["quality"]
    labelled, _ = explicit_label.draw(photograph(), Wording.BOTH)
    with Image.open(marked.path) as image:  # PNG: the pixels as they were marked
        measured = measure(labelled, np.asarray(image.convert("RGB")))
    assert quality["psnr"] == pytest.approx(measured.psnr, abs=0.006)
    assert quality["worst_tile"] == list(measured.worst_tile)
    assert quality["worst_tile_psnr"] <= quality["psnr"] < 60
    assert 0.9 < quality["ssim"] < 1
    assert json.loads(json.dumps(quality)) == quality


def test_it_keeps_how_well_the_watermark_did_in_rehearsal(tmp_path: Path) -> None:
    figures = {}
    for name, pixels in {
        "photo": photograph(512, 640),
        "small": np.full((128, 128, 3), 120, np.uint8),
    }.items():
        source = tmp_path / f"{name}.png"
        Image.fromarray(pixels).save(source)
        figures[name] = mark_picture(lambda _: None, _order(source, tmp_path / name)).marks[1]
    assert figures["photo"]["is_robust"] is True
    assert figures["small"]["is_robust"] is False
    assert figures["photo"]["deflection"] > figures["small"]["deflection"]


def test_it_leaves_what_is_transparent_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    alpha = np.full((384, 512, 1), 255, np.uint8)
    alpha[:128, :128] = 0
    Image.fromarray(np.dstack([photograph(), alpha])).save(source)
    order = replace(_order(source, tmp_path / "out"), corner=Corner.BOTTOM_RIGHT)
    marked = mark_picture(lambda _: None, order)
    with Image.open(marked.path) as image:
        kept = np.asarray(image)
    assert (kept[..., 3] == alpha[..., 0])[:256].all()
    assert np.abs(kept[:120, :120, :3].astype(int) - photograph()[:120, :120]).max() <= 1


def test_it_labels_every_file_that_people_see(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).save(source)
    order = _order(source, tmp_path / "out")
    mark_picture(lambda _: None, order)
    made = sorted(order.folder.iterdir())
    assert [path.name for path in made] == ["after.jpg", "before.jpg", "marked.png", "reference.png"]
    for path in made[:3]:
        assert implicit_label.read(path.read_bytes()).labels[0].is_valid
        with Image.open(path) as image:
            assert explicit_label.find(np.asarray(image.convert("RGB"))) is not None


def test_it_labels_where_it_is_told_to_and_keeps_how_well_it_can_be_read(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).save(source)
    order = replace(_order(source, tmp_path / "out"), corner=Corner.TOP_RIGHT)
    mark = mark_picture(lambda _: None, order).marks[0]
    _, placement = explicit_label.draw(photograph(), Wording.BOTH, corner=Corner.TOP_RIGHT)
    assert (mark["corner"], mark["box"]) == ("top_right", list(placement.box))
    assert mark["contrast"] == pytest.approx(placement.contrast, abs=0.05)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_it_leaves_out_the_visible_label_and_no_other_mark_where_that_was_ordered(
    tmp_path: Path, mode: str
) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).convert(mode).save(source)
    order = replace(_order(source, tmp_path / "out"), is_labelled=False)
    marked = mark_picture(lambda _: None, order)
    with Image.open(marked.path) as image:
        rgb = np.asarray(image.convert("RGB"))
    found = watermark.detect(rgb, key=KEY)
    assert found is not None
    assert found.payload == PAYLOAD
    assert [each.value for each in implicit_label.read(marked.path.read_bytes()).labels] == [LABEL]
    assert explicit_label.find(rgb) is None
    assert [mark["name"] for mark in marked.marks] == ["watermark", "implicit_label", "credential"]
    for preview in (marked.before, marked.after):  # these are seen on pages
        with Image.open(preview) as image:
            assert explicit_label.find(np.asarray(image.convert("RGB"))) is not None


@pytest.mark.parametrize("missing", ["implicit_label", "credential", "watermark"])
def test_a_copy_without_the_visible_label_is_checked_for_the_others(tmp_path: Path, missing: str) -> None:
    order = replace(_order(tmp_path / "a.png", tmp_path / "out"), is_labelled=False)
    rgb = photograph() if missing == "watermark" else watermark.embed(photograph(), PAYLOAD, key=KEY)
    data = encode_picture(rgb, media_type=MediaType.PNG)
    data = data if missing == "implicit_label" else implicit_label.write(data, LABEL)
    if missing != "credential":
        data = credential.sign(data, "image/png", claim_of(PROVENANCE, LABEL, rgb), issuer())
    with pytest.raises(MarkMissing) as caught:
        check_marks(rgb, data, order)
    assert caught.value.mark == missing


@pytest.mark.parametrize("shape", [(2600, 64), (64, 2600)], ids=["tall", "wide"])
def test_it_labels_a_strip_and_the_picture_of_it_before(tmp_path: Path, shape: tuple[int, int]) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph(*shape)).save(source)
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    for path in (marked.path, marked.before):
        with Image.open(path) as image:
            assert explicit_label.find(np.asarray(image.convert("RGB"))) is not None


def test_it_keeps_a_small_grey_picture_to_compare_copies_with(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph(600, 700)).save(source)
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    with Image.open(marked.reference) as image:
        assert (image.mode, image.size) == ("L", (597, 512))


@pytest.mark.parametrize(("shape", "size"), [((600, 1400), (1024, 439)), ((300, 400), None)])
def test_it_keeps_a_large_picture_small_to_lay_copies_beside(
    shape: tuple[int, int], size: tuple[int, int] | None, tmp_path: Path
) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph(*shape)).save(source)
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    assert (marked.likeness is None) is (size is None)
    if marked.likeness is not None:
        with Image.open(marked.likeness) as image:
            assert (image.format, image.size) == ("JPEG", size)


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    Image.fromarray(photograph()).save(source)
    runs = [mark_picture(lambda _: None, _order(source, tmp_path / name)) for name in ("one", "two")]
    # All but the credential, whose signature and identifiers are drawn anew.
    assert runs[0].fingerprint == runs[1].fingerprint
    assert runs[0].marks == runs[1].marks
    pictures = [np.asarray(Image.open(run.path)) for run in runs]
    assert np.array_equal(*pictures)


def test_it_keeps_the_history_of_a_file_that_comes_with_credentials(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).save(source)
    source.write_bytes(credential.sign(source.read_bytes(), "image/png", CLAIM, stranger()))
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    found = credential.read(marked.path.read_bytes(), own())
    assert isinstance(found, credential.Credential)
    assert (found.manifests, found.work, found.has_broken_history) == (2, LABEL.produce_id, False)
    assert marked.marks[-1]["source"] == "kept"


@pytest.mark.parametrize(("damage", "kept"), [("pixels", "kept_broken"), ("manifest", "unreadable")])
def test_it_says_what_was_wrong_with_the_credentials_of_its_source(
    tmp_path: Path, damage: str, kept: str
) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).save(source)
    signed = credential.sign(source.read_bytes(), "image/png", CLAIM, stranger())
    if damage == "pixels":
        other = tmp_path / "other.png"
        Image.fromarray(photograph(seed=2)).save(other)
        manifest = next(chunk for chunk in png.chunks(signed) if chunk.type == b"caBX")
        chunks = list(png.chunks(other.read_bytes()))
        source.write_bytes(png.join([chunks[0], manifest, *chunks[1:]]))
    else:
        broken = [
            png.Chunk(chunk.type, b"\0" * 64) if chunk.type == b"caBX" else chunk
            for chunk in png.chunks(signed)
        ]
        source.write_bytes(png.join(broken))
    marked = mark_picture(lambda _: None, _order(source, tmp_path / "out"))
    assert marked.marks[-1]["source"] == kept
    assert b"c2pa.opened" in marked.path.read_bytes()  # and not created, over a history that was there


def test_it_refuses_a_file_that_is_cut_short(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(photograph()).save(source)
    source.write_bytes(source.read_bytes()[:20_000])
    with pytest.raises(Refused):
        mark_picture(lambda _: None, _order(source, tmp_path / "out"))


@pytest.mark.parametrize("missing", ["implicit_label", "credential", "watermark", "explicit_label"])
def test_it_notices_each_mark_that_the_finished_file_lacks(tmp_path: Path, missing: str) -> None:
    order = _order(tmp_path / "a.png", tmp_path / "out")
    rgb = photograph()
    if missing != "explicit_label":
        rgb, _ = explicit_label.draw(rgb, Wording.BOTH)
    if missing != "watermark":
        rgb = watermark.embed(rgb, PAYLOAD, key=KEY)
    data = encode_picture(rgb, media_type=MediaType.PNG)
    if missing != "implicit_label":
        data = implicit_label.write(data, LABEL)
    if missing != "credential":
        data = credential.sign(data, "image/png", claim_of(PROVENANCE, LABEL, rgb), issuer())
    with pytest.raises(MarkMissing) as caught:
        check_marks(rgb, data, order)
    assert caught.value.mark == missing


def test_it_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(MarkMissing("watermark")))
    assert isinstance(again, MarkMissing)
    assert again.mark == "watermark"
