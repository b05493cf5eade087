"""Files that this site released already and that come back to be marked: they are not marked a second time.

A visible label beside a visible label helps nobody, and of two watermarks the older may well be the louder one.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from enum import StrEnum
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.media.bounded import BoundedError, run_bounded
from marking.pipeline.copies import MEMORY_BYTES, SECONDS, Original, is_copy
from marking.pipeline.earlier import Earlier
from marking.registry import lookup
from marking.registry.models import Registration
from marking.works import files, numbers
from marking.works.models import Work
from marking.works.states import WorkState

ALREADY_MARKED = "already_marked"


_OTHERS_FILE = _(
    "This picture was marked here already, as the work %(work)s of somebody else. It is not marked a second time: pass it on "
    "as it is, with its marks."
)
_OTHERS_COPY = _(
    "This is a copy of a picture that was marked here already, as the work %(work)s of somebody else. It is not marked a second "
    "time, and marks may be missing from the copy: ask the owner for the released file, and pass that on."
)


class Match(StrEnum):
    """What a file that comes back is: the released file, the copy without the visible label, or a picture that only looks the same."""

    FILE = "file"
    UNLABELLED = "unlabelled"
    LOOKS = "looks"


_OWN = {
    Match.FILE: _(
        "This is your work %(work)s, which is marked already: use the file as it is. To change it, change the picture that "
        "you uploaded then, and upload that."
    ),
    Match.UNLABELLED: _(
        "This is the copy of your work %(work)s without the visible label. It is not marked a second time: the duties that went "
        "over to you with it stay. Where a label is needed, use the released file."
    ),
    Match.LOOKS: _(
        "This is a copy of your work %(work)s, which is marked already, and marks may be missing from the copy: use the released "
        "file. To change it, change the picture that you uploaded then, and upload that."
    ),
}


class AlreadyMarked(Refusal):
    """The file is one that this site released. ``work``: as which; ``address``: where to read about it."""

    def __init__(self, work: Work, viewer: User, match: Match) -> None:
        super().__init__(ALREADY_MARKED, sentence_about(work, match, is_own=work.owner_id == viewer.pk))
        self.work = work
        self.address = address_of(work, viewer)


def work_of_file(sha256: str) -> Work | None:
    """Return the work of which a released file, or a copy that was given out of it, has this SHA-256; None where none has."""
    found = released_file(sha256)
    return found[0] if found else None


def released_file(sha256: str) -> tuple[Work, Match] | None:
    """The work of which the file with this SHA-256 was given out, and whether labelled; None for any other file."""
    registration = lookup.by_sha256(sha256)
    if registration is not None:
        return registration.work, Match.FILE
    variant = lookup.variant_by_sha256(sha256)
    return (variant.registration.work, Match.UNLABELLED) if variant else None


def registered(earlier: Earlier) -> Registration | None:
    """The registration of the work whose watermark a source carries; None where this site released none of that number."""
    return lookup.by_payload(earlier.payload)


def is_released_picture(source: Path, earlier: Earlier, registration: Registration) -> bool:
    """Whether ``source`` is the registered picture itself: saved anew, resized, turned or in other tones at most.

    The two are compared in a child process; where the released file is gone or the comparison is cut off, their layouts tell.
    """
    with suppress(OSError, BoundedError), ExitStack() as lent:
        original = _original(registration, lent)
        answer = (
            run_bounded(is_copy, source, original, seconds=SECONDS, memory_bytes=MEMORY_BYTES)
            if original
            else None
        )
        if answer is not None:
            return answer
    size = registration.width, registration.height
    layouts = [registration.layout, *registration.variants.values_list("layout", flat=True)]
    return any(earlier.is_copy_of(bytes(layout), *size) for layout in layouts)


def _original(registration: Registration, lent: ExitStack) -> Original | None:
    """The released file as it lies on this machine for now; None where it was deleted."""
    work = registration.work
    if work.state != WorkState.RELEASED:
        return None
    boxes = [mark["box"] for mark in work.marks if mark["name"] == "explicit_label"]
    return Original(
        lent.enter_context(files.local(work.marked_path)),
        label_box=tuple(boxes[0]) if boxes else None,
        may_lack_label=registration.variants.exists(),
    )


def sentence_about(work: Work, match: Match, *, is_own: bool) -> str:
    """Why a file that was released as ``work`` is not marked, for its own owner or for somebody else.

    Only the released file itself is known to have all its marks. Others do not learn that there is a copy without the visible label.
    """
    if is_own:
        return str(_OWN[match]) % {"work": work.code}
    return str(_OTHERS_FILE if match is Match.FILE else _OTHERS_COPY) % {"work": work.code}


def address_of(work: Work, viewer: User) -> str:
    """Where ``viewer`` may read about ``work``: its page, or its certificate if it is another's or deleted."""
    is_shown = work.owner_id == viewer.pk and work.state != WorkState.DELETED
    return reverse("works:detail" if is_shown else "certificate:page", args=[work.code])


def earlier_code(work: Work) -> str | None:
    """The number, as written, of the work from whose released file ``work`` was made; None where no watermark told of one."""
    return numbers.write(work.made_from) if work.made_from else None


def origin_sentence(work: Work) -> str:
    """From which released work ``work`` was made, in the reader's language; empty where no watermark told of one."""
    if not work.made_from:
        return ""
    return gettext(
        "The upload was an edited copy of the work %(work)s, which this site had released before. That work's number is kept here and on "
        "the certificate."
    ) % {"work": earlier_code(work)}  # fmt: skip
