"""Marking one work: from the claimed job to the released or the failed work."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.records.requirements import RecordIncomplete
from accounts.sanctions.gate import Limited, require_unlimited
from consent.receipts.queries import receipt_ids
from consent.uses.services import NotCovered
from marking.marks.credential import SigningFailed
from marking.marks.explicit_label import Corner
from marking.marks.implicit_label import SourceType
from marking.media import Limits, Refused
from marking.media.bounded import BoundedError, Crashed, OutOfMemory, OutOfTime, run_bounded
from marking.pipeline.earlier import MarkedBefore
from marking.pipeline.picture import Marked, MarkMissing, Order, OtherWatermark, mark_picture
from marking.pipeline.provenance import Provenance
from marking.registry.services import register
from marking.works import bodies, files, gate, jobs, numbers, provider
from marking.works.completeness import require_recorded
from marking.works.declaration import Depicts
from marking.works.earlier import AlreadyMarked, Match, earlier_code, is_released_picture, registered
from marking.works.faces.asking import may_be_marked
from marking.works.faces.queries import places_of, real_people
from marking.works.failures import RECORD_INCOMPLETE, details_of
from marking.works.lifecycle import move, record
from marking.works.models import Work
from marking.works.policy import site_policy
from marking.works.states import WorkState
from marking.works.staying_down import LooksTakenDown

logger = logging.getLogger(__name__)

# Marking 50 megapixels of WebP takes about a minute of one core and 1.5 GiB. The longest animation: 14 seconds
# and 1 GiB.
MARKING_SECONDS = 300.0
MARKING_BYTES = 4 << 30

# What the owner reads when the child process ended without a result.
ENDINGS: dict[type[BoundedError], str] = {
    OutOfTime: "out_of_time",
    OutOfMemory: "out_of_memory",
    Crashed: "crashed",
}


def run(number: int, *, seconds: float = MARKING_SECONDS) -> None:
    """Mark work ``number`` if it is due and nobody else does. Safe to call twice, late or never.

    A work with faces that nobody declared waits for answers instead. ``seconds``: wall time after which the search for faces,
    and again the marking, is stopped and the work fails as *out of time*.
    """
    lease = jobs.claim(number, now=timezone.now())
    if lease is None:
        return
    work = Work.objects.select_related("owner", "job").get(pk=number)
    if work.job.attempts > jobs.MOST_ATTEMPTS:
        fail(work, lease, code="worker_died", details={"attempts": jobs.MOST_ATTEMPTS})
        return
    with jobs.renewed(number, lease):
        _mark(work, lease, seconds)


def _mark(work: Work, lease: uuid.UUID, seconds: float) -> None:
    def on_progress(step: str) -> None:
        jobs.report_step(work, lease, step)

    with files.workspace() as folder, files.local(work.source_path) as source:
        try:
            order = order_for(work, source=source, folder=folder)
            if not may_be_marked(work, lease, order, seconds=seconds):
                return
            marked = _marked(work, replace(order, keep_off=places_of(work)), seconds, on_progress)
        except Refused as refused:
            fail(work, lease, code=refused.code, details=refused.details)
        except AlreadyMarked as already:
            fail(work, lease, code=already.code, details={"work": already.work.code})
        except OtherWatermark as other:
            fail(work, lease, code="other_watermark", details={"work": numbers.write(other.payload)})
        except MarkMissing as missing:
            fail(work, lease, code="mark_missing", details={"mark": missing.mark})
        except SigningFailed as failed:
            logger.error("the credential of %s could not be signed: %s", work.code, failed.reason)
            fail(work, lease, code="not_signed", details={})
        except BoundedError as error:
            logger.warning("marking of %s ended: %s", work.code, error)
            fail(work, lease, code=ENDINGS[type(error)], details={})
        else:
            release(work, lease, marked)


def _marked(work: Work, order: Order, seconds: float, on_progress: Callable[[str], None]) -> Marked:
    """Carry out ``order`` in a child process, unless its source is a picture that this site released.

    What carries a watermark of this site and was edited since is marked anew, as made from that work. Raises
    :class:`AlreadyMarked`, and what :func:`mark_picture` and :func:`run_bounded` raise.
    """
    bounded = partial(
        run_bounded, mark_picture, seconds=seconds, memory_bytes=MARKING_BYTES, on_progress=on_progress
    )
    try:
        return bounded(replace(order, marks_anew=False))
    except MarkedBefore as before:
        registration = registered(before.earlier)
        if registration is not None:
            if is_released_picture(order.source, before.earlier, registration):
                raise AlreadyMarked(registration.work, work.owner, Match.LOOKS) from before
            work.made_from = registration.work.number
    return bounded(replace(order, provenance=provenance_of(work)))


def order_for(work: Work, *, source: Path, folder: Path) -> Order:
    """What the pure marking needs to know of ``work``."""
    key, *earlier_keys = map(bytes.fromhex, settings.KEYS.watermark_keys)
    return Order(
        source=source,
        folder=folder,
        payload=work.number,
        key=key,
        earlier_keys=tuple(earlier_keys),
        label=provider.first_label(work.code),
        wording=site_policy().wording,
        limits=Limits(),
        provenance=provenance_of(work),
        propagator=provider.propagator(work.code),
        corner=Corner(work.label_corner) if work.label_corner else None,
    )


def provenance_of(work: Work) -> Provenance:
    """Where ``work`` comes from, in its uploader's words, and the issuer who says so."""
    depicts_nobody = work.depicts == Depicts.NOBODY
    consents = () if depicts_nobody else receipt_ids(f"work:{work.code}")
    return Provenance(
        site=str(urlsplit(settings.SITE_URL).hostname),
        work=work.code,
        tool=work.tool,
        tool_version=work.tool_version,
        source_type=SourceType.TRAINED if depicts_nobody else SourceType.COMPOSITE,
        issuer=settings.ISSUER,
        own=settings.OWN_ROOTS,
        made_from=earlier_code(work) or "",
        consents=consents,
    )


def release(work: Work, lease: uuid.UUID, marked: Marked) -> None:
    """Store the marked file and, in one transaction, release, register and record the work.

    Where somebody shown in it does not allow that (any more), nothing of it stays: it waits for consent again. Nor does where its
    records leave out what the law wants said: it fails then, and may be tried again.
    Where a sanction keeps its owner from it by now, it goes back into the queue until that ends.
    """
    jobs.require_held(work, lease)
    stored = _store(work, marked)
    try:
        _publish(work, lease, marked, name=next(iter(stored)))
    except NotCovered as missing:
        files.remove(*stored)
        _send_back(work, lease, missing)
    except RecordIncomplete as incomplete:
        files.remove(*stored)
        fail(work, lease, code=RECORD_INCOMPLETE, details=details_of(incomplete))
    except Limited:
        files.remove(*stored)
        _put_back(work, lease)


def _store(work: Work, marked: Marked) -> dict[str, Path]:
    """Put the files of a marking into the storage, the marked one first; return what was stored as what."""
    stored = {
        files.marked_name(work.code, marked.sha256, marked.media_type.extension): marked.path,
        files.preview_name(work.code, "before"): marked.before,
        files.preview_name(work.code, "after"): marked.after,
        files.reference_name(work.code): marked.reference,
        **({files.likeness_name(work.code): marked.likeness} if marked.likeness else {}),
    }
    for name, path in stored.items():
        files.put(name, path)
    return stored


def _publish(work: Work, lease: uuid.UUID, marked: Marked, *, name: str) -> None:
    now = timezone.now()
    with transaction.atomic():
        require_unlimited(work.owner, *work.declaration.functions, now=now)
        gate.let_out(work, marked.turned, faces=real_people(work), now=now)
        require_recorded(work)
        jobs.give_back(work, lease)
        move(
            work, WorkState.MARKING, WorkState.RELEASED, by=None, now=now,
            released_at=now, marked_path=name, marked_sha256=marked.sha256, marked_bytes=marked.size,
            marked_media_type=marked.media_type.value, notes=list(marked.notes),
            likeness_sha256=files.sha256_of(marked.likeness) if marked.likeness else "",
            width=marked.width, height=marked.height, marks=marked.marks, made_from=work.made_from,
        )  # fmt: skip
        register(
            number=work.number,
            sha256=marked.sha256,
            fingerprint=marked.fingerprint,
            is_distinctive=marked.is_distinctive,
            layout=marked.layout,
            features=marked.features,
            width=marked.width,
            height=marked.height,
        )
        record(work, "work.released", by=None, now=now, body=bodies.released(work, marked))


def _send_back(work: Work, lease: uuid.UUID, missing: NotCovered) -> None:
    """Let the work wait for consent again, with the clauses that are missing."""
    now = timezone.now()
    likeness = {"resembles": missing.number} if isinstance(missing, LooksTakenDown) else {}
    with transaction.atomic():
        gate.send_back(work, missing, faces=real_people(work), now=now)
        jobs.give_back(work, lease)
        move(work, WorkState.MARKING, WorkState.AWAITING_CONSENT, by=None, now=now, **likeness)
        clauses = sorted({each.clause for each in missing.decision.trace})
        record(work, "work.consent_missing", by=None, now=now, body={"clauses": [*clauses]})


def _put_back(work: Work, lease: uuid.UUID) -> None:
    """Let the work rest in the queue."""
    now = timezone.now()
    with transaction.atomic():
        jobs.give_back(work, lease)
        move(work, WorkState.MARKING, WorkState.QUEUED, by=None, now=now)
        jobs.enqueue(work, now=now)


def fail(work: Work, lease: uuid.UUID, *, code: str, details: Mapping[str, Any]) -> None:
    """Take the work into the state *failed* with a reason the owner can read; the original stays."""
    now = timezone.now()
    with transaction.atomic():
        jobs.give_back(work, lease)
        move(
            work,
            WorkState.MARKING,
            WorkState.FAILED,
            by=None,
            now=now,
            failure=code,
            failure_details=dict(details),
        )
        record(work, "work.failed", by=None, now=now, body={"code": code})
