"""Fresh files: right pixels, the asked profile, and nothing else carried over."""

import io

import numpy as np
import pytest
from PIL import Image

from marking.media import Limits, MediaType, encode_picture, open_picture
from tests.marking.media.picture_files import SRGB, colours, exif, saved

WRITTEN = [each for each in MediaType if each.is_written]
LOSSY = [MediaType.JPEG, MediaType.WEBP, MediaType.AVIF]


def free_box(content: bytes) -> bytes:
    """Bytes behind the end that an AVIF may have, too."""
    return (8 + len(content)).to_bytes(4) + b"free" + content


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=[each.name for each in WRITTEN])
    image.load()
    return image


def test_it_writes_png_without_loss():
    alpha = colours()[..., 1]
    np.testing.assert_array_equal(
        np.asarray(decoded(encode_picture(colours(), media_type=MediaType.PNG))), colours()
    )
    with_alpha = decoded(encode_picture(colours(), alpha=alpha, media_type=MediaType.PNG))
    np.testing.assert_array_equal(np.asarray(with_alpha), np.dstack([colours(), alpha]))


@pytest.mark.parametrize("media_type", LOSSY)
def test_it_stays_close_in_lossy_formats(media_type):
    image = decoded(encode_picture(colours(), media_type=media_type))
    assert Image.MIME[image.format] == media_type
    assert np.abs(np.asarray(image).astype(int) - colours()).mean() < 2


@pytest.mark.parametrize("media_type", LOSSY)
def test_it_obeys_the_quality(media_type):
    sizes = [len(encode_picture(colours(), media_type=media_type, quality=quality)) for quality in (30, 95)]
    assert sizes[0] < sizes[1]


def test_it_keeps_alpha_in_webp_exactly():
    alpha = colours()[..., 0]
    image = decoded(encode_picture(colours(), alpha=alpha, media_type=MediaType.WEBP))
    np.testing.assert_array_equal(np.asarray(image)[..., 3], alpha)


def test_it_halves_the_colour_resolution_of_jpeg():
    image = decoded(encode_picture(colours(), media_type=MediaType.JPEG))
    assert [part[1:3] for part in image.layer] == [(2, 2), (1, 1), (1, 1)]
    assert "progressive" not in image.info


@pytest.mark.parametrize("media_type", [each for each in WRITTEN if each is not MediaType.GIF])
@pytest.mark.parametrize("profile", [None, SRGB])
def test_it_embeds_the_profile_it_is_given_and_no_other(media_type, profile):
    image = decoded(encode_picture(colours(), icc_profile=profile, media_type=media_type))
    assert image.info.get("icc_profile") == profile


@pytest.mark.parametrize("media_type", WRITTEN)
def test_it_carries_nothing_over_from_the_source(tmp_path, media_type):
    path = tmp_path / "source"
    block = b"Exif\0\0" + exif(3) + b"GPS 22.54N 114.06E"
    elsewhere = {MediaType.GIF: {"comment": block}, MediaType.TIFF: {"tiffinfo": {270: "GPS 22.54N"}}}
    metadata = elsewhere.get(media_type, {"exif": block})
    path.write_bytes(saved(colours(), media_type.name, **metadata) + free_box(b"22.54N<script>"))
    picture = open_picture(path, Limits())
    written = encode_picture(picture.rgb, media_type=media_type)
    assert b"22.54N" in path.read_bytes()
    for trace in (b"GPS", b"22.54N", b"Exif", b"eXIf", b"<script>", b"EXIF"):
        assert trace not in written


@pytest.mark.parametrize("media_type", WRITTEN)
def test_it_opens_what_it_wrote(tmp_path, media_type):
    path = tmp_path / "written"
    path.write_bytes(encode_picture(colours(), media_type=media_type, icc_profile=SRGB))
    picture = open_picture(path, Limits())
    assert (picture.media_type, picture.icc_profile, picture.notes) == (media_type, SRGB, ())


@pytest.mark.parametrize(
    ("rgb", "settings", "message"),
    [
        (colours()[..., 0], {"media_type": MediaType.PNG}, r"of shape \(H, W, 3\)"),
        (colours().astype(float), {"media_type": MediaType.PNG}, "found float64"),
        (colours(), {"media_type": MediaType.JPEG, "quality": 0}, "1 to 100, found 0"),
        (colours(), {"media_type": MediaType.JPEG, "alpha": colours()[..., 0]}, "JPEG has no alpha"),
        (
            colours(),
            {"media_type": MediaType.PNG, "alpha": colours()[:9, :, 0]},
            r"found uint8 of shape \(9, 96\)",
        ),
        (colours(), {"media_type": MediaType.HEIC}, "that is written here, found image/heic"),
        (np.zeros((65_536, 1, 3), np.uint8), {"media_type": MediaType.GIF}, "up to 65535, found 65536"),
        (np.zeros((1, 16_384, 3), np.uint8), {"media_type": MediaType.WEBP}, "up to 16383, found 16384"),
        (np.zeros((65_501, 1, 3), np.uint8), {"media_type": MediaType.JPEG}, "up to 65500, found 65501"),
    ],
)
def test_it_refuses_what_the_format_cannot_hold(rgb, settings, message):
    with pytest.raises(ValueError, match=message):
        encode_picture(rgb, **settings)


@pytest.mark.parametrize(("media_type", "side"), [(MediaType.WEBP, 16_383), (MediaType.JPEG, 65_500)])
def test_it_writes_the_longest_side_of_the_format(media_type, side):
    assert decoded(encode_picture(np.zeros((1, side, 3), np.uint8), media_type=media_type)).width == side
