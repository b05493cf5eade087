"""The public keys of this site's metadata labels, for whoever wants to check one without this site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access.declare import public
from consent.receipts import keys as receipts
from marking.marks.implicit_label.sm2 import ALGORITHM, USER_ID
from marking.works import provider


def facts() -> list[dict[str, Any]]:
    """Every key that labels were or are signed with, newest first: its public half, and never more."""
    return [
        {
            "fingerprint": dated.key.public.fingerprint,
            "algorithm": "SM2 with SM3",
            "algorithm_id": ALGORITHM,
            "user_id": USER_ID.decode(),
            "is_current": position == 0,
            "since": dated.since,
            "point": dated.key.public.to_bytes().hex(),
            "pem": dated.key.public.to_pem(),
        }
        for position, dated in enumerate(provider.signing_keys())
    ]


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The keys for people."""
    context = {"keys": facts(), "receipt_keys": receipts.published()["keys"]}
    return render(request, "marking/verification/keys.html", context)


@public
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The keys as JSON."""
    return JsonResponse({"keys": facts()})
