"""Files that this site released already and that come back to be marked: they are not marked a second time.

A visible label beside a visible label helps nobody, and of two watermarks the older may well be the louder one.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.pipeline.earlier import Earlier
from marking.registry import lookup
from marking.works.models import Work
from marking.works.states import WorkState

ALREADY_MARKED = "already_marked"


class AlreadyMarked(Refusal):
    """The file is one that this site released. ``work``: as which; ``address``: where to read about it."""

    def __init__(self, work: Work, viewer: User) -> None:
        super().__init__(ALREADY_MARKED, sentence_about(work, is_own=work.owner_id == viewer.pk))
        self.work = work
        self.address = address_of(work, viewer)


def released_file(sha256: str) -> Work | None:
    """The work of which the file with this SHA-256 was given out, labelled or not; None for any other file."""
    registration = lookup.by_sha256(sha256)
    if registration is None:
        variant = lookup.variant_by_sha256(sha256)
        registration = variant.registration if variant else None
    return registration.work if registration else None


def released_picture(earlier: Earlier) -> Work | None:
    """The work whose released picture a source is, at most saved anew or resized; None where it was changed since."""
    registration = lookup.by_payload(earlier.payload)
    if registration is None:
        return None
    size = registration.width, registration.height
    layouts = [registration.layout, *registration.variants.values_list("layout", flat=True)]
    is_copy = any(earlier.is_copy_of(bytes(layout), *size) for layout in layouts)
    return registration.work if is_copy else None


def sentence_about(work: Work, *, is_own: bool) -> str:
    """Why a file that was released as ``work`` is not marked, for its own owner or for somebody else."""
    if is_own:
        return _(
            "This is your work %(work)s, which is marked already: use the file as it is. To change it, change the picture that "
            "you uploaded then, and upload that."
        ) % {"work": work.code}  # fmt: skip
    return _(
        "This picture was marked here already, as the work %(work)s of somebody else. It is not marked a second time: pass it on "
        "as it is, with its marks."
    ) % {"work": work.code}  # fmt: skip


def address_of(work: Work, viewer: User) -> str:
    """Where ``viewer`` may read about ``work``: its page, or its certificate if it is another's or deleted."""
    is_shown = work.owner_id == viewer.pk and work.state != WorkState.DELETED
    return reverse("works:detail" if is_shown else "certificate:page", args=[work.code])
