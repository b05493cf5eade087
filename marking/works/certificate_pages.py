"""Certificate pages that were rendered before, as bytes, for as long as everything they say is still so.

Before kept bytes are sent, one query reads all that can change about a released work, another one whether a clock of the desk turned it off, and
where somebody real is shown in it a third one how they allow it now; what they return is part of the key.
So a change is seen with the next request, in every process, and nothing has to be told that it happened.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from consent.uses.allowing import allowance_of
from marking.works import numbers
from marking.works.expired import expired_since

MOST_KEPT = 2_000
"""Pages that a process keeps, about 9 kB each."""

State: TypeAlias = tuple[Any, ...]
Key: TypeAlias = tuple[str, str | None, State]

_STATE = """
    SELECT work.state, work.released_at, work.consent_ended_at, work.blocked_at, work.files_due_at, work.depicts, work.marked_sha256, claim.level,
        (SELECT COUNT(*) || ':' || MAX(version.id)
         FROM marking_refutedwork refuted
         JOIN marking_refutationversion version ON version.refutation_id = refuted.refutation_id
         WHERE refuted.source_sha256 = work.source_sha256 AND refuted.is_same AND version.state = 'published'),
        EXISTS (SELECT 1 FROM consent_use WHERE subject = %s)
    FROM marking_work work
    LEFT JOIN accounts_identityclaim claim ON claim.user_id = work.owner_id AND claim.state = 'verified'
    WHERE work.number = %s AND work.released_at IS NOT NULL
"""
"""A user has at most one verified claim (constraint ``one_verified_claim_per_user``). Published versions of notes are never changed, only added."""

_kept: OrderedDict[Key, bytes] = OrderedDict()
_lock = threading.Lock()


def answered(request: HttpRequest, code: str, render: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the certificate page of ``code`` from kept bytes, or as ``render`` makes it.

    Kept is only what everybody is shown: a page for nobody in particular, at the work's own address.
    """
    state = state_of(code) if _is_for_everybody(request) else None
    if state is None:
        return render()
    key = code, get_language(), state
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return HttpResponse(_kept[key])
    response = render()
    if response.status_code == 200 and state_of(code) == state:
        _keep(key, response.content)
    return response


def state_of(code: str) -> State | None:
    """Return all that a certificate says and that can change after the release; None where there is no certificate."""
    try:
        number = numbers.read(code)
    except ValueError:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [subject := f"work:{numbers.write(number)}", number])
        row: State | None = cursor.fetchone()
    if row is None:
        return None
    now = timezone.now()
    return (*row, expired_since(number, now), allowance_of(subject, now) if row[-1] else None)


def _is_for_everybody(request: HttpRequest) -> bool:
    """Whether nothing in the request but its language changes the page: no session, no messages, no query string."""
    return not request.META["QUERY_STRING"] and request.COOKIES.keys() <= {settings.LANGUAGE_COOKIE_NAME}


def _keep(key: Key, page: bytes) -> None:
    with _lock:
        _kept[key] = page
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
