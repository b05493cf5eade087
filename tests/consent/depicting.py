"""A released work that shows a real person who granted it. For tests of what becomes of works with their consents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from consent.scope import LabelStrength
from marking.works import numbers
from tests.consent.people import granted, proposed, scope_for

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant
    from consent.uses.models import Use
    from marking.pipeline.picture import Marked
    from marking.works.models import Work


def work_of(owner: User, state: str = "awaiting_consent", **changes: object) -> Work:
    """A work that is declared to show somebody's face, as a row; a released one with files in the storage."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from marking.works.files import marked_name, original_name, preview_name
    from marking.works.models import Work

    number = numbers.new_number()
    code = numbers.write(number)
    fields: dict[str, object] = {
        "owner": owner, "state": state, "tool": "G", "kind": "face", "depicts": "face", "source_name": "a.png",
        "source_path": original_name(code), "source_sha256": "0" * 64, "source_bytes": 8, "media_type": "image/png",
        "width": 64, "height": 64,
    }  # fmt: skip
    default_storage.save(original_name(code), ContentFile(b"original"))
    if state in ("released", "consent_ended"):
        fields |= {
            "released_at": timezone.now(),
            "marked_path": marked_name(code, "1" * 64, "png"),
            "marked_sha256": "1" * 64,
        }
        for name in (str(fields["marked_path"]), preview_name(code, "before"), preview_name(code, "after")):
            default_storage.save(name, ContentFile(b"a marked file"))
    return Work.objects.create(number=number, **{**fields, **changes})


def on_record(work: Work) -> None:
    """Write the records that the upload and the release of ``work`` would have left."""
    from marking.works import bodies
    from marking.works.lifecycle import record

    now = timezone.now()
    with transaction.atomic():
        record(work, "work.received", by=work.owner, now=now, body=bodies.received(work))
        record(work, "work.released", by=None, now=now, body=bodies.released(work, _marked(work)))


def _marked(work: Work) -> Marked:
    from marking.media import MediaType
    from marking.pipeline.picture import Marked

    path = Path(work.marked_path)
    labels = [{"name": name, "text": "AI"} for name in ("explicit_label", "implicit_label")]
    return Marked(
        path, path, path, path, MediaType(work.media_type), work.marked_sha256, 8, work.width, work.height,
        fingerprint=bytes(32), is_distinctive=False, layout=bytes(1024), features=b"", marks=labels,
    )  # fmt: skip


def published(owner: User, grant: Grant) -> tuple[Work, Use]:
    """A released work, and its live use under ``grant``."""
    work = work_of(owner, "released")
    use = proposed(owner, grant, work=work.code)
    publish(use)
    return work, use


def publish(use: Use) -> None:
    """Take ``use`` live."""
    from consent.uses.services import check, go_live

    check(use)
    with transaction.atomic():
        go_live(use, now=timezone.now())


def awaiting_preview(person: User, creator: User, work: Work) -> Use:
    """A use of ``work`` that waits for ``person`` to see and approve it."""
    from consent.uses.services import check

    # Of a work that may also be given out without the visible label.
    scope = replace(scope_for(creator), needs_preview=True, label=LabelStrength.IMPLICIT)
    grant = granted(person, creator, scope)
    use = proposed(creator, grant, work=work.code)
    check(use)
    use.refresh_from_db()
    return use
