"""A POST that is sent twice is done once (draft-ietf-httpapi-idempotency-key-header-07)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.api.models import IdempotentAnswer
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = timedelta(hours=24)
LONGEST_REQUEST = timedelta(minutes=10)
LONGEST_KEY = 255
RETRY_AFTER_SECONDS = 2


class StillRunning(Refusal):
    """The same request is being worked on right now."""

    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}


def answer_once(
    request: HttpRequest,
    owner: User,
    produce: Callable[[], tuple[int, Mapping[str, Any]]],
    *,
    now: datetime | None = None,
) -> HttpResponse:
    """The answer of ``produce()`` (status and JSON object), or the one it gave to this key before.

    Without the header ``Idempotency-Key`` it simply produces. With it, the answer is kept for 24 hours; a repeated
    request gets it again, marked ``Idempotent-Replayed: true``. ``produce`` has to be atomic: when it raises,
    the key is free again.

    Raises :class:`~accounts.refusals.Refusal`: ``idempotency_key_invalid`` (400), ``idempotency_key_reused``
    for another request under the same key (422), ``request_in_progress`` (409).
    """
    key = request.headers.get(HEADER)
    if key is None:
        return _respond(*_rendered(produce()))
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Refusal(
            "idempotency_key_invalid",
            _("Idempotency-Key is expected to be 1 to %(limit)d printable ASCII characters.")
            % {"limit": LONGEST_KEY},
            status=400,
        )
    digest = request_digest(request)
    claimed = _claim(owner, key, digest, now or timezone.now())
    if claimed is None:
        return _replay(IdempotentAnswer.objects.get(owner=owner, key=key), digest)
    return _produce_and_keep(claimed, produce)


def request_digest(request: HttpRequest) -> str:
    """SHA-256 of what was asked, in hexadecimal: method, address, fields and the content of files.

    Not of the raw body, because a multipart boundary is different each time.
    """
    digest = sha256()
    for part in _parts(request):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def purge_expired(*, now: datetime | None = None) -> int:
    """Forget answers older than 24 hours. Returns how many."""
    deleted, _by_model = _expired(now or timezone.now()).delete()
    return deleted


def _expired(now: datetime) -> QuerySet[IdempotentAnswer]:
    return IdempotentAnswer.objects.filter(created_at__lte=now - KEPT_FOR)


def _abandoned(now: datetime) -> Any:
    """Claims of requests whose process died: no web server lets one run for so long."""
    return IdempotentAnswer.objects.filter(status__isnull=True, created_at__lte=now - LONGEST_REQUEST)


def _claim(owner: User, key: str, digest: str, now: datetime) -> IdempotentAnswer | None:
    """Take the key, or None when it is taken. The unique constraint lets exactly one of two callers in."""
    _expired(now).filter(owner=owner, key=key).delete()
    _abandoned(now).filter(owner=owner, key=key).delete()
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(
                owner=owner, key=key, request_sha256=digest, created_at=now
            )
    except IntegrityError:
        return None


def _produce_and_keep(
    claimed: IdempotentAnswer, produce: Callable[[], tuple[int, Mapping[str, Any]]]
) -> HttpResponse:
    with ExitStack() as undo:
        undo.callback(claimed.delete)
        claimed.status, claimed.body = _rendered(produce())
        undo.pop_all()
    claimed.save(update_fields=["status", "body"])
    return _respond(claimed.status, claimed.body)


def _replay(kept: IdempotentAnswer, digest: str) -> HttpResponse:
    if kept.request_sha256 != digest:
        sentence = _("This Idempotency-Key was used for another request. Take a new key for a new request.")
        raise Refusal("idempotency_key_reused", sentence, status=422)
    if kept.status is None:
        raise StillRunning(
            "request_in_progress", _("The same request is still being worked on. Ask again soon.")
        )
    response = _respond(kept.status, bytes(kept.body))
    response.headers[REPLAYED] = "true"
    return response


def _rendered(answer: tuple[int, Mapping[str, Any]]) -> tuple[int, bytes]:
    status, body = answer
    return status, json.dumps(body, ensure_ascii=False).encode()


def _respond(status: int, body: bytes) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")


def _parts(request: HttpRequest) -> Iterable[bytes]:
    yield str(request.method).encode()
    yield request.get_full_path().encode()
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield json.dumps([name, values]).encode()
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            yield json.dumps([name, file.name]).encode()
            yield _content_digest(file)


def _content_digest(file: Any) -> bytes:
    """SHA-256 of an uploaded file, read in chunks and wound back."""
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()
