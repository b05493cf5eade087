"""A collector …"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from marking.marks import implicit_label, watermark
from marking.marks.fingerprint import layout
from marking.marks.implicit_label import AigcLabel
from marking.marks.watermark.constellation import data_cycles, pilot_cycles
from marking.media import Limits, MediaType, Refused, encode_picture
from marking.verification.collecting.collection import BREAKAGES, Collector, collect, decode, encode, examined
from marking.verification.collecting.collectors import COLLECTORS, prepare
from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence, Finding, Layer, inconclusive
from marking.verification.turning import Turn
from tests.conftest import photograph
from tests.marking.marks.credential.signed import CLAIM, own, signed, stranger, with_other_pixels
from tests.marking.marks.implicit_label.media_files import mp4_labelled
from tests.marking.marks.implicit_label.pictures import with_xmp, xmp_packet
from tests.marking.verification.containers import with_chunks
from tests.marking.verification.marked_files import CODE, NUMBER, MarkedFile, as_jpeg, marked_file, png_of

KEY, OLD_KEY = b"test key", b"an older test key"
Save = Callable[[bytes], Path]


def test_it_is_prepared_by_tables_that_no_file_changes():
    prepare()
    assert pilot_cycles.cache_info().currsize == data_cycles.cache_info().currsize == 1


def specimen_of(path: Path, limits: Limits | None = None) -> Specimen:
    return Specimen(path, limits or Limits(), (KEY, OLD_KEY))


def evidence_of(path: Path, limits: Limits | None = None) -> dict[Layer, Evidence]:
    """What all collectors report, by layer."""
    reported: list[str] = []
    collect(reported.append, specimen_of(path, limits), list(COLLECTORS), COLLECTORS)
    return {evidence.layer: evidence for evidence in map(decode, reported)}


def evidence_of_bytes(data: bytes) -> dict[Layer, Evidence]:
    """What all collectors report of a file of these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        return evidence_of(Path(file.name))


def found_in(layer: Layer, path: Path) -> Evidence:
    """What the collector of one layer reports."""
    return examined(layer, COLLECTORS[layer], specimen_of(path))


def label(value: str = "1", produce_id: str = CODE) -> AigcLabel:
    return AigcLabel.first(producer="Yinji-demo", produce_id=produce_id, label=value)


def test_it_finds_nothing_in_an_unmarked_photograph(picture_file: Path) -> None:
    found = {layer: evidence.finding for layer, evidence in evidence_of(picture_file).items()}
    assert found == dict.fromkeys(Layer, Finding.NOT_FOUND) | {Layer.HASH: Finding.UNREGISTERED}


def test_it_finds_every_mark_of_a_marked_file(marked: MarkedFile, saved: Save) -> None:
    found = evidence_of(saved(png_of(watermark.embed(marked.rgb, NUMBER, key=KEY))))
    assert found[Layer.EXPLICIT_LABEL].finding is Finding.FOUND
    assert found[Layer.EXPLICIT_LABEL].facts["box"]
    path = saved(marked.data)
    assert found_in(Layer.IMPLICIT_LABEL, path).finding is Finding.VALID
    assert found_in(Layer.IMPLICIT_LABEL, path).facts["produce_id"] == CODE
    assert found_in(Layer.GENERATOR, path).facts["digital_source_type"] == "trainedAlgorithmicMedia"


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_it_finds_a_watermark_under_any_of_our_keys(key: bytes, saved: Save) -> None:
    path = saved(as_jpeg(watermark.embed(photograph(), 77, key=key)))
    found = found_in(Layer.WATERMARK, path)
    assert (found.finding, found.facts["payload"]) == (Finding.UNREGISTERED, 77)
    assert set(found.reported_facts()) == {"confidence", "scale", "rotation_degrees", "mirrored"}


@cache
def upright_copy() -> tuple[NDArray[np.uint8], dict[Layer, Evidence]]:
    """A marked picture that stands as it was released, and what all collectors report of it."""
    upright = watermark.embed(marked_file().rgb, NUMBER, key=KEY)
    return upright, evidence_of_bytes(png_of(upright))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_it_sees_a_turned_copy_upright(
    quarters: int, is_mirrored: bool, marked: MarkedFile, saved: Save
) -> None:
    upright, expected = upright_copy()
    turned = np.rot90(upright[:, ::-1] if is_mirrored else upright, -quarters)
    found = evidence_of(saved(png_of(np.ascontiguousarray(turned))))
    said = Turn(quarters, is_mirrored).facts()
    layers = (Layer.EXPLICIT_LABEL, Layer.FINGERPRINT)
    assert [{**found[layer].facts, "box": 0} for layer in layers] == [
        {**expected[layer].facts, **said, "box": 0} for layer in layers
    ]
    x, y, width, height = Turn(quarters, is_mirrored).box(marked.label_box, *upright.shape[:2])
    seen = found[Layer.EXPLICIT_LABEL].facts["box"]
    assert isinstance(seen, tuple)
    assert np.allclose([int(each) for each in seen], (x, y, width, height), atol=12)
    assert found[Layer.EXPLICIT_LABEL].reported_facts().items() >= said.items()


def test_it_looks_for_a_label_as_the_watermark_stands(saved: Save) -> None:
    turned = np.rot90(watermark.embed(photograph(), NUMBER, key=KEY))
    found = evidence_of(saved(png_of(np.ascontiguousarray(turned))))
    assert found[Layer.EXPLICIT_LABEL] == Evidence(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND, {"turned": 270})


def test_it_does_not_find_a_watermark_under_another_key(saved: Save) -> None:
    path = saved(png_of(watermark.embed(photograph(), 77, key=b"somebody else's")))
    assert found_in(Layer.WATERMARK, path).finding is Finding.NOT_FOUND


@pytest.mark.parametrize(("other", "finding"), [("1", Finding.VALID), ("2", Finding.INVALID)])
def test_of_two_labels_none_holds_where_they_disagree(saved: Save, other: str, finding: Finding) -> None:
    data = implicit_label.write(png_of(photograph(64, 64)), label(other))
    second = implicit_label.write(png_of(photograph(64, 64)), label("1")).partition(b"XML:com.adobe.xmp")[2]
    packet = second[second.index(b"<?xpacket") : second.index(b'end="w"?>') + 9]
    both = with_chunks(data, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))
    found = found_in(Layer.IMPLICIT_LABEL, saved(both))
    assert (found.finding, found.facts["label"], found.facts["count"]) == (finding, "1", 2)
    assert found.facts["faults"] == ("duplicate", *(() if finding is Finding.VALID else ("disagreeing",)))


def test_it_says_that_a_label_breaks_the_standard(saved: Save) -> None:
    broken = with_chunks(png_of(photograph(64, 64)), (b"tEXt", b'AIGC\0{"Label":"yes"}'))
    found = found_in(Layer.IMPLICIT_LABEL, saved(broken))
    assert found.finding is Finding.INVALID
    assert "label_value" in str(found.facts["faults"])


def test_it_reports_an_unreadable_label_without_fields(saved: Save) -> None:
    path = saved(with_chunks(png_of(photograph(64, 64)), (b"tEXt", b"AIGC\0not json")))
    assert found_in(Layer.IMPLICIT_LABEL, path).facts == {
        "place": "png:tEXt:AIGC", "faults": ("not_json",), "count": 1,
    }  # fmt: skip


def test_it_tells_the_program_and_not_the_prompt(saved: Save) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("parameters", "a secret wish\nSteps: 20, Sampler: Euler a")
    words.add_text("Author", "Jane Doe")
    found = found_in(Layer.GENERATOR, saved(png_of(photograph(64, 64), pnginfo=words)))
    assert found.facts == {"tools": ("Stable Diffusion web UI",), "places": ("png:parameters",)}
    assert not any(word in str(found) for word in ("secret", "Jane"))


def test_it_says_that_there_are_more_words_than_it_reads(saved: Save) -> None:
    path = saved(with_chunks(png_of(photograph(64, 64)), *[(b"tEXt", b"a\0b")] * 600))
    assert found_in(Layer.GENERATOR, path).facts == {"reason": "metadata_too_large"}


def test_it_reads_the_label_of_a_film_and_says_that_it_is_no_picture(saved: Save) -> None:
    found = evidence_of(saved(mp4_labelled(label("1").to_json())))
    assert found[Layer.IMPLICIT_LABEL].finding is Finding.VALID
    assert found[Layer.IMPLICIT_LABEL].facts["place"] == "mp4:ilst:AIGC"
    others = [found[layer] for layer in Layer if layer not in (Layer.IMPLICIT_LABEL, Layer.HASH)]
    assert {(each.finding, each.facts["reason"]) for each in others} == {
        (Finding.INCONCLUSIVE, "unsupported_format")
    }


def test_it_cannot_tell_from_a_manifest_that_is_damaged(saved: Save) -> None:
    path = saved(with_chunks(png_of(photograph(64, 64)), (b"caBX", b"\0" * 9)))
    assert found_in(Layer.CREDENTIAL, path) == inconclusive(Layer.CREDENTIAL, "credential_damaged")


@pytest.mark.parametrize(
    ("data", "finding", "signer", "work"),
    [
        (signed(), Finding.VALID, "listed", CLAIM.work),
        (signed(by=stranger()), Finding.UNTRUSTED, "unknown", None),
        (with_other_pixels(signed()), Finding.INVALID, "listed", CLAIM.work),
    ],
)
def test_it_keeps_apart_whether_a_credential_matches_and_who_signed_it(
    data: bytes, finding: Finding, signer: str, work: str | None, saved: Save
) -> None:
    specimen = replace(specimen_of(saved(data)), own_roots=own())
    found = examined(Layer.CREDENTIAL, COLLECTORS[Layer.CREDENTIAL], specimen)
    assert (found.finding, found.facts["signer"], found.reported_facts().get("work")) == (
        finding,
        signer,
        work,
    )
    assert found.facts["digital_source_type"] == "trainedAlgorithmicMedia"
    assert "named_work" not in found.reported_facts()


def test_it_does_not_fetch_a_manifest_that_is_kept_elsewhere(saved: Save) -> None:
    packet = xmp_packet(
        '<dcterms:provenance xmlns:dcterms="http://purl.org/dc/terms/">http://127.0.0.1:9/m</dcterms:provenance>'
    )
    path = saved(with_xmp("png", packet))
    assert found_in(Layer.CREDENTIAL, path) == inconclusive(Layer.CREDENTIAL, "credential_remote")


def test_a_cut_off_file_is_read_as_far_as_it_goes(marked: MarkedFile, saved: Save) -> None:
    found = evidence_of(saved(marked.data[: len(marked.data) // 2]))
    assert found[Layer.IMPLICIT_LABEL].finding is Finding.VALID
    assert found[Layer.FINGERPRINT].finding is Finding.NOT_FOUND
    assert found[Layer.CREDENTIAL].finding is Finding.INCONCLUSIVE


def test_a_missing_label_in_a_cut_off_file_is_inconclusive(saved: Save) -> None:
    path = saved(png_of(photograph(64, 64))[:-30])
    assert found_in(Layer.IMPLICIT_LABEL, path).facts == {"reason": "truncated_container"}


def test_the_first_frame_of_an_animation_is_examined(saved: Save, tmp_path: Path) -> None:
    frames = [Image.fromarray(photograph(64, 64, seed)) for seed in (1, 2)]
    frames[0].save(tmp_path / "moving.png", "PNG", save_all=True, append_images=frames[1:])
    found = evidence_of(tmp_path / "moving.png")
    assert found[Layer.IMPLICIT_LABEL].finding is Finding.NOT_FOUND
    assert found[Layer.WATERMARK].finding is Finding.NOT_FOUND
    assert found[Layer.FINGERPRINT].facts["layout"] == layout(photograph(64, 64, 1)).hex()


def moving(path: Path, *frames: NDArray[np.uint8]) -> Path:
    first, *others = map(Image.fromarray, frames)
    first.save(path, "GIF", save_all=True, append_images=others, duration=40)
    return path


def test_the_watermark_of_an_animation_is_found_behind_a_black_frame(tmp_path: Path) -> None:
    black = np.zeros((384, 512, 3), np.uint8)
    shown = watermark.embed(photograph(), 77, key=KEY)
    found = found_in(Layer.WATERMARK, moving(tmp_path / "a.gif", black, shown))
    assert (found.finding, found.facts["payload"]) == (Finding.UNREGISTERED, 77)


def test_an_animation_without_a_watermark_or_too_long_holds_none(tmp_path: Path) -> None:
    path = moving(tmp_path / "a.gif", photograph(seed=1), watermark.embed(photograph(seed=2), 77, key=KEY))
    unmarked = moving(tmp_path / "b.gif", photograph(128, 160, 1), photograph(128, 160, 2))
    assert found_in(Layer.WATERMARK, unmarked).finding is Finding.NOT_FOUND
    found = examined(Layer.WATERMARK, COLLECTORS[Layer.WATERMARK], specimen_of(path, Limits(frames=1)))
    assert found.finding is Finding.NOT_FOUND


@pytest.mark.parametrize("size", [(1, 1), (63, 80)])
def test_a_tiny_picture_is_searched_for_words_alone(size: tuple[int, int], saved: Save) -> None:
    found = evidence_of(
        saved(implicit_label.write(png_of(photograph(80, 80)[: size[0], : size[1]]), label()))
    )
    assert found[Layer.IMPLICIT_LABEL].finding is Finding.VALID
    for layer in (Layer.EXPLICIT_LABEL, Layer.WATERMARK):
        assert found[layer].facts == {"reason": "too_small"}


def test_a_flat_picture_has_no_fingerprint(saved: Save) -> None:
    path = saved(png_of(np.full((64, 64, 3), 90, np.uint8)))
    found = found_in(Layer.FINGERPRINT, path)
    assert found.finding is Finding.NOT_DISTINCTIVE
    assert "fingerprint" not in found.facts
    assert found.facts["layout"] == bytes([90] * 1024).hex()
    assert (found.facts["width"], found.facts["height"], found.facts["frames"]) == (64, 64, 1)
    assert found.reported_facts() == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_colour_model_are_examined(mode: str, tmp_path: Path) -> None:
    image = Image.fromarray(photograph(64, 96))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    image.save(tmp_path / "upload", "JPEG" if mode == "CMYK" else "PNG")
    found = found_in(Layer.FINGERPRINT, tmp_path / "upload")
    assert (found.finding, len(str(found.facts["fingerprint"]))) == (Finding.NOT_FOUND, 64)


def test_a_webp_is_examined_like_the_others(saved: Save) -> None:
    data = implicit_label.write(encode_picture(photograph(64, 96), media_type=MediaType.WEBP), label())
    assert found_in(Layer.IMPLICIT_LABEL, saved(data)).finding is Finding.VALID


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"", Limits(), "empty_file"),
        (b"%PDF-1.7 and so on", Limits(), "unsupported_format"),
        (png_of(photograph(64, 64)), Limits(bytes=100), "too_large"),
        (png_of(photograph(64, 64)), Limits(pixels=4095), "too_many_pixels"),
    ],
)
def test_some_files_are_not_examined_at_all(data: bytes, limits: Limits, code: str, saved: Save) -> None:
    with pytest.raises(Refused) as caught:
        evidence_of(saved(data), limits)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ZeroDivisionError("in a decoder"), "broke"),
        (ValueError("private words"), "broke"),
        (MemoryError(), "out_of_memory"),
        (Refused("several_pages", pages=3), "several_pages"),
    ],
)
def test_one_that_breaks_is_inconclusive_with_a_reason(
    error: Exception, reason: str, picture_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(specimen: Specimen) -> Evidence:
        raise error

    found = examined(Layer.WATERMARK, breaks, specimen_of(picture_file))
    assert found == Evidence(Layer.WATERMARK, Finding.INCONCLUSIVE, {"reason": reason})
    assert "private" not in caplog.text


@cache
def labelled_file() -> tuple[bytes, dict[Layer, Evidence]]:
    """A picture with a metadata label, and what all collectors report of it."""
    data = implicit_label.write(png_of(photograph(64, 64)), label())
    return data, evidence_of_bytes(data)


@pytest.mark.parametrize("broken", list(COLLECTORS))
def test_one_that_breaks_never_changes_what_another_finds(broken: Layer, saved: Save) -> None:
    def breaks(specimen: Specimen) -> Evidence:
        raise IndexError

    data, expected = labelled_file()
    reported: list[str] = []
    collect(reported.append, specimen_of(saved(data)), list(COLLECTORS), {**COLLECTORS, broken: breaks})
    found = {evidence.layer: evidence for evidence in map(decode, reported)}
    assert found == {**expected, broken: inconclusive(broken, "broke")}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(Layer), st.sampled_from(BREAKAGES)), st.permutations(list(Layer)))
def test_any_number_of_them_may_break_in_any_way_and_order(
    broken: dict[Layer, type[Exception]], order: list[Layer]
) -> None:
    def works(layer: Layer) -> Collector:
        return lambda specimen: Evidence(layer, Finding.NOT_FOUND, {"turn": specimen.turn.quarters})

    def breaks(error: type[Exception]) -> Collector:
        def collector(specimen: Specimen) -> Evidence:
            raise error

        return collector

    specimen = specimen_of(_readable())
    collectors = {each: breaks(broken[each]) if each in broken else works(each) for each in Layer}
    reported: list[str] = []
    collect(reported.append, specimen, order, collectors)
    assert [decode(text) for text in reported] == [
        inconclusive(each, "broke") if each in broken else works(each)(specimen) for each in order
    ]


@cache
def _readable() -> Path:
    path = Path(tempfile.mkdtemp()) / "picture.png"
    path.write_bytes(png_of(photograph(64, 64)))
    return path


def test_there_is_one_for_every_layer() -> None:
    assert set(COLLECTORS) == set(Layer)


def test_evidence_survives_its_way_between_processes() -> None:
    evidence = Evidence(
        Layer.EXPLICIT_LABEL, Finding.FOUND, {"box": (1, 2, 3, 4), "text": "AI生成", "x": True}
    )
    assert decode(encode(evidence)) == evidence
    assert isinstance(json.loads(encode(evidence)), list)


def test_a_specimen_does_not_show_its_keys(picture_file: Path) -> None:
    assert "key" not in repr(specimen_of(picture_file)).casefold()
