"""Marking pictures of the further formats, and every frame of animations."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from marking.marks import credential, explicit_label, implicit_label, watermark
from marking.marks.explicit_label import Corner, Wording
from marking.marks.implicit_label import AigcLabel
from marking.media import Frame, Limits, MediaType, Refused, encode_picture
from marking.pipeline.animation import MOST_SAMPLED, sampled
from marking.pipeline.picture import Marked, MarkMissing, Order, check_frames, mark_picture
from marking.pipeline.provenance import claim_of
from tests.conftest import photograph
from tests.marking.media.boxed_files import heic
from tests.marking.media.picture_files import SRGB
from tests.marking.pipeline.provenances import PROVENANCE

PAYLOAD = 0xC0FFEE123456
KEY = b"a key of the test"
LABEL = AigcLabel.first(producer="001191110102MACQD9K64010000", produce_id="R07ZQ0H4KP")
SIZE = 240, 320
BLACK = np.zeros((*SIZE, 3), np.uint8)


def order_for(folder: Path, content: bytes) -> Order:
    source = folder / "source"
    source.write_bytes(content)
    (folder / "out").mkdir()
    return Order(source, folder / "out", PAYLOAD, KEY, LABEL, Wording.BOTH, Limits(), PROVENANCE)


def with_metadata(rgb: NDArray[np.uint8]) -> bytes:
    """A picture with the metadata label and the credential of the order."""
    data = implicit_label.write(encode_picture(rgb, media_type=MediaType.PNG), LABEL)
    return credential.sign(data, "image/png", claim_of(PROVENANCE, LABEL, rgb), PROVENANCE.issuer)


def marked(folder: Path, content: bytes) -> Marked:
    return mark_picture(lambda _: None, order_for(folder, content))


def saved(pillow_format: str, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(photograph(*SIZE)).convert(mode).save(file, pillow_format, **options)
    return file.getvalue()


def animated(pillow_format: str, frames: list[NDArray[np.uint8]]) -> bytes:
    file = io.BytesIO()
    first, *others = map(Image.fromarray, frames)
    durations = [100 + 10 * number for number in range(len(frames))]
    first.save(file, pillow_format, save_all=True, append_images=others, duration=durations, loop=0)
    return file.getvalue()


def frames_of(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame as Pillow sees it."""
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def assert_marked(rgb: NDArray[np.uint8]) -> None:
    found = watermark.detect(rgb, key=KEY)
    assert found is not None
    assert found.payload == PAYLOAD
    assert explicit_label.find(rgb) is not None


@pytest.mark.parametrize(
    ("content", "media_type", "notes"),
    [
        (saved("GIF"), MediaType.GIF, ("gif_colours",)),
        (saved("TIFF", compression="tiff_lzw"), MediaType.TIFF, ()),
        (saved("TIFF", "CMYK"), MediaType.TIFF, ("cmyk",)),
        (saved("AVIF"), MediaType.AVIF, ()),
        (heic("photo"), MediaType.JPEG, ("as_jpeg",)),
        (saved("WEBP", lossless=True), MediaType.WEBP, ("webp_lossy",)),
        (saved("WEBP"), MediaType.WEBP, ()),
    ],
    ids=["gif", "tiff", "cmyk", "avif", "heic", "lossless-webp", "webp"],
)
def test_it_leaves_every_mark_and_says_what_it_converted(
    tmp_path: Path, content: bytes, media_type: MediaType, notes: tuple[str, ...]
) -> None:
    work = marked(tmp_path, content)

    assert (work.media_type, work.notes) == (media_type, notes)
    assert work.path.name == f"marked.{media_type.extension}"
    with Image.open(work.path) as image:
        assert Image.MIME[image.format or ""] == media_type
    assert_marked(frames_of(work.path)[0])
    assert [each.value for each in implicit_label.read(work.path.read_bytes()).labels] == [LABEL]


@pytest.mark.parametrize("pillow_format", ["GIF", "TIFF", "AVIF"])
def test_it_keeps_transparency(tmp_path: Path, pillow_format: str) -> None:
    alpha = np.full(SIZE, 255, np.uint8)
    alpha[:100, :100] = 0
    file = io.BytesIO()
    Image.fromarray(np.dstack([photograph(*SIZE), alpha])).save(file, pillow_format)
    order = replace(order_for(tmp_path, file.getvalue()), corner=Corner.BOTTOM_RIGHT)
    work = mark_picture(lambda _: None, order)
    with Image.open(work.path) as image:
        kept = np.asarray(image.convert("RGBA"))[..., 3]
    assert kept[:96, :96].max() <= 2
    assert kept[104:, 104:].min() >= 253


def test_it_gives_a_transparent_heic_back_as_png(tmp_path: Path) -> None:
    work = marked(tmp_path, heic("alpha"))
    assert (work.media_type, work.notes) == (MediaType.PNG, ("as_png",))


@pytest.mark.parametrize("pillow_format", ["TIFF", "AVIF"])
def test_it_keeps_the_colour_profile(tmp_path: Path, pillow_format: str) -> None:
    work = marked(tmp_path, saved(pillow_format, icc_profile=SRGB))
    with Image.open(work.path) as image:
        assert image.info["icc_profile"] == SRGB


@pytest.mark.parametrize("pillow_format", ["GIF", "PNG", "WEBP"])
def test_it_marks_every_frame_of_an_animation(tmp_path: Path, pillow_format: str) -> None:
    shown = [photograph(*SIZE, seed) for seed in (1, 2, 3)]
    work = marked(tmp_path, animated(pillow_format, shown))

    frames = frames_of(work.path)
    assert len(frames) == 3
    for frame, before in zip(frames, shown, strict=True):
        assert_marked(frame)
        assert np.abs(frame[:100].astype(int) - before[:100]).mean() < 14
    with Image.open(work.path) as image:
        durations = []
        for number in range(3):
            image.seek(number)
            image.load()
            durations.append(image.info["duration"])
        assert (durations, image.info["loop"]) == ([100, 110, 120], 0)
    assert [each.value for each in implicit_label.read(work.path.read_bytes()).labels] == [LABEL]


def test_a_black_frame_among_others_does_no_harm(tmp_path: Path) -> None:
    work = marked(tmp_path, animated("PNG", [BLACK, photograph(*SIZE, 1), photograph(*SIZE, 2)]))
    assert work.marks[1]["confidence"] > 0.5
    assert explicit_label.find(frames_of(work.path)[0]) is not None


def labelled_frame(payload: int | None) -> NDArray[np.uint8]:
    rgb, _ = explicit_label.draw(photograph(*SIZE), Wording.BOTH)
    return rgb if payload is None else watermark.embed(rgb, payload, key=KEY)


@pytest.mark.parametrize(
    ("frames", "missing"),
    [
        ([PAYLOAD, None, None], "watermark"),
        ([PAYLOAD, PAYLOAD, PAYLOAD + 1], "watermark"),
        ([PAYLOAD, None], None),
    ],
    ids=["in a third", "another work", "in half"],
)
def test_it_notices_frames_that_lack_the_watermark(
    tmp_path: Path, frames: list[int | None], missing: str | None
) -> None:
    order = order_for(tmp_path, b"")
    released = [labelled_frame(payload) for payload in frames]
    data = with_metadata(released[0])
    if missing is None:
        assert check_frames(released, data, order) > 0.5
        return
    with pytest.raises(MarkMissing) as caught:
        check_frames(released, data, order)
    assert caught.value.mark == missing


def test_it_notices_a_frame_without_the_visible_label(tmp_path: Path) -> None:
    order = order_for(tmp_path, b"")
    released = [labelled_frame(PAYLOAD), watermark.embed(photograph(*SIZE), PAYLOAD, key=KEY)]
    data = with_metadata(released[0])
    with pytest.raises(MarkMissing) as caught:
        check_frames(released, data, order)
    assert caught.value.mark == "explicit_label"


@pytest.mark.parametrize("count", [1, 2, 7, 8, 300])
def test_it_looks_at_the_first_and_the_last_frame_and_some_between(count: int) -> None:
    frames = [Frame(np.full((1, 1, 3), number % 256, np.uint8), None, number) for number in range(count)]
    looked_at = [int(pixels[0, 0, 0]) for pixels in sampled(frames)]
    assert looked_at[0] == 0
    assert looked_at[-1] == (count - 1) % 256
    assert len(looked_at) == min(MOST_SAMPLED, count)


@pytest.mark.parametrize("frames", [1, 2])
def test_it_refuses_a_picture_that_nobody_can_see(tmp_path: Path, frames: int) -> None:
    clear = [Image.new("RGBA", (320, 240), (9 * number, 0, 0, 0)) for number in range(frames)]
    file = io.BytesIO()
    clear[0].save(file, "PNG", save_all=frames > 1, append_images=clear[1:])
    with pytest.raises(Refused) as caught:
        marked(tmp_path, file.getvalue())
    assert caught.value.code == "invisible"
