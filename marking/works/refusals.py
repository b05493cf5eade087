"""Why a file is not accepted, in the reader's language.

The sentences are those of :mod:`marking.media.refusal`, which knows no languages; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "empty_file": _("The file is empty (0 bytes). A PNG, JPEG or WebP picture was expected."),
    "unsupported_format": _(
        "This is not a picture that can be read here. PNG, JPEG or WebP was expected; the file begins with the bytes %(found)s."
    ),
    "too_large": _("The file has %(found)d bytes. At most %(limit)d bytes are accepted."),
    "too_many_pixels": _(
        "The picture is %(width)d × %(height)d pixels. At most %(limit)d pixels are accepted."
    ),
    "too_small": _(
        "The picture is %(width)d × %(height)d pixels. Both sides must have at least %(limit)d pixels."
    ),
    "animated": _("The picture is animated (%(frames)d frames). A still picture was expected."),
    "truncated": _("The file ends too early: %(reason)s."),
    "unreadable": _("The file is damaged and cannot be read: %(reason)s."),
    "metadata_too_large": _(
        "The colour profile unpacks to more than %(limit)d bytes, which is the most accepted."
    ),
}


def refusal_sentence(code: str, details: Mapping[str, int | str]) -> str:
    """The sentence for one refusal, filled in with what was found."""
    return str(SENTENCES[code]) % details
