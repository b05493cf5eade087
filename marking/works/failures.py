"""Why works fail: what their owner reads, and whether trying again may help."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.records.requirements import RecordIncomplete, Source
from accounts.records.wording import SOURCES
from marking.media import MediaType
from marking.works import earlier, numbers
from marking.works.earlier import ALREADY_MARKED, Match
from marking.works.models import Work
from marking.works.refusals import SENTENCES, refusal_sentence

RECORD_INCOMPLETE = "record_incomplete"
SMALL_SIDE = 256
"""Pixels on the short side below which a picture is called small: the watermark is made for 512."""


class Failure(NamedTuple):
    """A way to fail: its sentence, filled in from the work's details where it names some; whether another try may end otherwise."""

    sentence: Promise | str
    may_retry: bool


FAILURES: dict[str, Failure] = {
    "out_of_time": Failure(
        _("Marking took too long and was stopped. Try again, or upload a smaller version."), may_retry=True
    ),
    # The kernel of a full machine ends processes, too.
    "crashed": Failure(
        _("The decoder crashed on this file. The file may be damaged; save it anew and upload it again."),
        may_retry=True,
    ),
    "not_signed": Failure(
        _(
            "The content credential could not be signed, so the file was not released. The operator has to look at the signing "
            "certificate or at the time stamp authority; then try again."
        ),
        may_retry=True,
    ),
    "worker_died": Failure(
        _("The worker stopped in the middle several times. Try again later."), may_retry=True
    ),
    "out_of_memory": Failure(_("Marking needed too much memory. Upload a smaller version."), may_retry=False),
    "mark_missing": Failure(
        _(
            "A mark could not be found again in the finished file, so it was not released. "
            "This happens with very small pictures and with ones that are pure noise; a larger version may work."
        ),
        may_retry=False,
    ),
    "other_watermark": Failure(
        _(
            "The picture still carries the watermark of the work %(work)s, which was marked here before, and the new one cannot be "
            "read beside it. Make your changes in the picture as it was before that marking, and upload that."
        ),
        may_retry=False,
    ),
    RECORD_INCOMPLETE: Failure(
        _(
            "The record %(record)s does not say %(field)s, so the work was not released. %(source)s Try again: what the site "
            "still knows is then added to the record."
        ),
        may_retry=True,
    ),
    ALREADY_MARKED: Failure("", may_retry=False),  # see earlier.sentence_about
    **{code: Failure(sentence, may_retry=False) for code, sentence in SENTENCES.items()},
}
"""Every code a work may fail with. The same file is read and marked alike each time: only what lies outside it may change."""


def may_retry(work: Work) -> bool:
    """Whether to mark a failed work again may help. A code of an older version may."""
    return work.failure not in FAILURES or FAILURES[work.failure].may_retry


def failure_sentence(work: Work) -> str:
    """Why marking ``work`` failed and what to do, in the reader's language."""
    match work.failure:
        case "mark_missing" if work.failure_details.get("mark") == "watermark":
            return _unreadable_watermark(work)
        case "other_watermark":
            return str(FAILURES[work.failure].sentence) % {"work": work.failure_details["work"]}
        case "record_incomplete":
            source = SOURCES[Source[work.failure_details["source"]]]
            return str(FAILURES[work.failure].sentence) % {**work.failure_details, "source": source}
        case earlier.ALREADY_MARKED:
            before = earlier_work(work)
            return _already_marked(work, before) if before else ""
        case code if code in SENTENCES:
            return refusal_sentence(code, work.failure_details)
        case code:
            return str(FAILURES[code].sentence)


def details_of(incomplete: RecordIncomplete) -> dict[str, str]:
    """What a work that failed for its records keeps of why: the kind of record, what it leaves out, and who asks for it."""
    return {
        "record": incomplete.kind,
        "field": str(incomplete.field),
        "source": incomplete.field.source.name,
    }


def earlier_work(work: Work) -> Work | None:
    """The released work that stands in the way of a failed one; None where there is none."""
    code = work.failure_details.get("work")
    return Work.objects.filter(number=numbers.read(code), released_at__isnull=False).first() if code else None


def _already_marked(work: Work, before: Work) -> str:
    return earlier.sentence_about(before, Match.LOOKS, is_own=before.owner_id == work.owner_id)


def _unreadable_watermark(work: Work) -> str:
    if work.media_type == MediaType.GIF:
        return gettext(
            "The invisible watermark could not be read back from the finished file, so it was not released. A GIF has too few "
            "colours for it, and pictures in black and white suffer most; save the picture as PNG and upload that."
        )
    if min(work.width, work.height) < SMALL_SIDE:
        size = {"width": work.width, "height": work.height}
        return gettext(
            "The invisible watermark could not be read back from the finished file, so it was not released. The picture is "
            "small (%(width)d × %(height)d pixels) and has too little room for it; upload a larger version."
        ) % size  # fmt: skip
    return gettext(
        "The invisible watermark could not be read back from the finished file, so it was not released. Pictures that "
        "are flat, pure noise or nearly transparent have too little room for it; upload a larger version, one with more detail, or one "
        "on an opaque background."
    )
