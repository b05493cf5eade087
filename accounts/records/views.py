"""The log as auditors see it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from accounts.access.declare import public, requires
from accounts.access.permissions import Permission
from accounts.records import signing
from accounts.records.queries import line, records, witnessed
from accounts.records.shard_lines import shard_lines

LINES = 50


@public
@require_safe
def shards(request: HttpRequest) -> HttpResponse:
    """The trees of the log, and who stands behind each."""
    lines = shard_lines()
    context = {
        "shards": lines,
        "standing": witnessed(),
        "keys": [str(signing.log_keys(line.origin)[0]) for line in lines],
    }
    return render(request, "accounts/records/shards.html", context)


@requires(Permission.READ_RECORDS)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Records page by page, optionally of one subject; their bodies never."""
    subject = request.GET.get("subject", "").strip()
    found = Paginator(records(subject=subject), LINES).get_page(request.GET.get("page"))
    head = records().first()
    context = {
        "page": found,
        "lines": [line(record) for record in found],
        "subject": subject,
        "standing": witnessed(),
        "shards": shard_lines(),
        "head": f"{head.sequence}:{bytes(head.chain_hash).hex()}" if head else "",
    }
    return render(request, "accounts/records/page.html", context)
