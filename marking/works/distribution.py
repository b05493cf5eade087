"""Passing files of others on: this site as the distributor, which makes no work of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.records import log
from accounts.records.open_bodies import said_openly
from marking.marks.implicit_label.propagation import Doubt
from marking.media import run_bounded
from marking.pipeline.passing_on import PassedOn, pass_on
from marking.works import numbers, provider

SECONDS = 60.0
MEMORY_BYTES = 1 << 30


def distribute(
    *, source: Path, target: Path, doubt: Doubt | None, now: datetime | None = None
) -> tuple[str, PassedOn]:
    """Write ``source`` to ``target`` with our fields of propagation; return our number for it, and what was written.

    The record of it is written in the same transaction. Raises :class:`marking.media.Refused`,
    :class:`marking.media.BoundedError` and :class:`marking.pipeline.passing_on.NotPassedOn`.
    """
    code = numbers.write(numbers.new_number())
    passed_on = run_bounded(
        pass_on, source, target, provider.propagator(code), doubt, settings.ISSUER, settings.OWN_ROOTS,
        seconds=SECONDS, memory_bytes=MEMORY_BYTES,
    )  # fmt: skip
    body = {
        "source_sha256": passed_on.source_sha256,
        "sha256": passed_on.sha256,
        "label": passed_on.label.label,
        "producer": said_openly(passed_on.label.content_producer),
        "produce_id": said_openly(passed_on.label.produce_id),
    }
    with transaction.atomic():
        log.append(kind="file.propagated", subject=f"propagation:{code}", body=body, by=None, now=now)
    return code, passed_on
