"""The public page of a note: what it says, and every version of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access.declare import public
from marking.desk.refutations.models import RefutationVersion
from marking.desk.refutations.queries import described, history_of, public_refutation, works_of


@public
@require_safe
def page(request: HttpRequest, refutation: UUID) -> HttpResponse:
    """The note in its newest version, the works it is on, and what it said before."""
    found = public_refutation(refutation)
    versions = [_row(each) for each in reversed(history_of(found))]
    context = {"newest": versions[0], "earlier": versions[1:], "works": works_of(found)}
    return render(request, "marking/desk/refutations/page.html", context)


def _row(version: RefutationVersion) -> dict[str, Any]:
    note = described(version)
    is_chinese = (get_language() or "").startswith("zh")
    return {
        "version": version,
        "note": note,
        "text": note.zh if is_chinese else note.en,
        "other": note.en if is_chinese else note.zh,
        "other_language": "en" if is_chinese else "zh-Hans",
    }
