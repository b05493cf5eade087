"""The log as other programs read it (C2SP tlog-tiles): a checkpoint, hashes and entries, as files that never change."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access.declare import public
from accounts.access.permissions import Permission
from accounts.access.roles import has_permission
from accounts.records.queries import published_checkpoint
from accounts.records.sequencing import log_files
from accounts.records.tiles import ENTRIES, Tile, TileInvalid

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=60"
"""A partial tile is gone a while after its full one is there."""


@public
@require_safe
def checkpoint(request: HttpRequest, shard: str = "") -> HttpResponse:
    """The newest signed checkpoint of a shard with the signatures of its witnesses."""
    note = published_checkpoint(shard)
    if note is None:
        raise Http404
    return HttpResponse(note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


@public
@require_safe
def tile(request: HttpRequest, path: str, shard: str = "") -> HttpResponse:
    """One tile of hashes, or one bundle of entries for those who may read them."""
    try:
        wanted = Tile.parse(path)
        if wanted.level == ENTRIES and not _may_read_entries(request):
            raise Http404
        content = log_files().below(shard).read(wanted)
    except (TileInvalid, FileNotFoundError, NotADirectoryError) as error:
        raise Http404 from error
    is_public = wanted.level != ENTRIES or settings.ENVIRONMENT["YINJI_PUBLIC_ENTRIES"]
    kept = FOR_GOOD if wanted.is_full else FOR_A_WHILE
    headers = {"Cache-Control": kept if is_public else "private, no-cache"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def _may_read_entries(request: HttpRequest) -> bool:
    """Entries name nobody, but say what a producer id did and when, so they are for auditors unless the operator opens them."""
    return bool(settings.ENVIRONMENT["YINJI_PUBLIC_ENTRIES"]) or has_permission(
        request.user, Permission.READ_RECORDS
    )
