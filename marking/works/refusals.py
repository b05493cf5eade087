"""Why a file is not accepted, in the reader's language.

The sentences are those of :mod:`marking.media.refusal`, which knows no languages; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "empty_file": _(
        "The file is empty (0 bytes). A PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC picture was expected."
    ),
    "unsupported_format": _(
        "This is not a picture of a known format: PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC was expected."
    ),
    "too_large": _("The file has %(found)d bytes. At most %(limit)d bytes are accepted."),
    "too_many_pixels": _(
        "The picture is %(width)d × %(height)d pixels. At most %(limit)d pixels are accepted."
    ),
    "too_small": _(
        "The picture is %(width)d × %(height)d pixels. Both sides must have at least %(limit)d pixels."
    ),
    "invisible": _(
        "The picture is transparent from edge to edge: there is nothing in it that could be seen or marked."
    ),
    "animated": _("The picture is animated (%(frames)d frames). A still picture was expected."),
    "too_many_frames": _("The animation has %(frames)d frames. At most %(limit)d frames are accepted."),
    "too_many_frame_pixels": _(
        "The %(frames)d frames of the animation have %(pixels)d pixels together. At most %(limit)d pixels are accepted."
    ),
    "several_pages": _(
        "The file has %(pages)d pages. A file with one picture was expected: save each page by itself."
    ),
    "unsupported_variant": _("This kind of %(format)s file is not read here: %(reason)s."),
    "truncated": _("The file ends too early: %(reason)s."),
    "unreadable": _("The file is damaged and cannot be read: %(reason)s."),
    "metadata_too_large": _(
        "The colour profile unpacks to more than %(limit)d bytes, which is the most accepted."
    ),
}

REASONS = (
    gettext_noop("it gives two different sizes for itself"),
    gettext_noop("its header cannot be understood"),
    gettext_noop("part of its picture data is missing"),
    gettext_noop("its end mark (EOI) is missing"),
    gettext_noop("its end mark (IEND) is missing"),
    gettext_noop("one of its parts is cut off"),
    gettext_noop("its picture data (scan) is missing"),
    gettext_noop("there is no picture data (scan) in it"),
    gettext_noop("there is no picture data (IDAT) in it"),
    gettext_noop("a PNG begins with its header (IHDR); this one does not"),
    gettext_noop("its header is cut off"),
    gettext_noop("its end mark (trailer) is missing"),
    gettext_noop("there is no picture in it"),
    gettext_noop("it does not say how large it is"),
    gettext_noop("one of its parts is shorter than what it should hold"),
    gettext_noop("it is the raw file of a camera"),
    gettext_noop("whole numbers of 1 to 16 bits a sample were expected"),
    gettext_noop("grey, RGB, CMYK or YCbCr was expected"),
    gettext_noop("a WebP begins with VP8, VP8L or VP8X; this one does not"),
)
"""The reasons that name no number, for the message catalogue; those that name one stay in English."""


def refusal_sentence(code: str, details: Mapping[str, int | str]) -> str:
    """The sentence for one refusal, filled in with what was found."""
    return str(SENTENCES[code]) % {
        name: gettext(value) if name == "reason" and isinstance(value, str) else value
        for name, value in details.items()
    }
