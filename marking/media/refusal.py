"""Why a file is not accepted: a stable code, and a sentence for the person who sent it."""

from typing import Any

MESSAGES = {
    "empty_file": "The file is empty (0 bytes). A PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC picture was expected.",
    "unsupported_format": "This is not a picture of a known format: PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC was expected.",
    "too_large": "The file has %(found)d bytes. At most %(limit)d bytes are accepted.",
    "too_many_pixels": "The picture is %(width)d × %(height)d pixels. At most %(limit)d pixels are accepted.",
    "too_small": "The picture is %(width)d × %(height)d pixels. Both sides must have at least %(limit)d pixels.",
    "invisible": "The picture is transparent from edge to edge: there is nothing in it that could be seen or marked.",
    "animated": "The picture is animated (%(frames)d frames). A still picture was expected.",
    "too_many_frames": "The animation has %(frames)d frames. At most %(limit)d frames are accepted.",
    "too_many_frame_pixels": "The %(frames)d frames of the animation have %(pixels)d pixels together. "
    "At most %(limit)d pixels are accepted.",
    "several_pages": "The file has %(pages)d pages. A file with one picture was expected: save each page by itself.",
    "unsupported_variant": "This kind of %(format)s file is not read here: %(reason)s.",
    "truncated": "The file ends too early: %(reason)s.",
    "unreadable": "The file is damaged and cannot be read: %(reason)s.",
    "metadata_too_large": "The colour profile unpacks to more than %(limit)d bytes, which is the most accepted.",
}
"""Sentence per code, with the names of its details: a page translates the sentence, then fills it in."""


class Refused(Exception):
    """A file that is not accepted.

    ``code`` is a key of `MESSAGES` and never changes its meaning; ``message`` is the English sentence;
    ``message_template`` and ``details`` are its two halves, for translation. It can be pickled, so it
    crosses process boundaries as itself.
    """

    def __init__(self, code: str, **details: int | str) -> None:
        self.code = code
        self.details = details
        self.message_template = MESSAGES[code]
        self.message = self.message_template % details
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.code, self.details)


def _rebuild(code: str, details: dict[str, int | str]) -> Refused:
    return Refused(code, **details)
