"""A case for every request that its person reports instead of answering it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind
from marking.desk.filing.services import Complaint, file_case
from marking.works import numbers
from marking.works.models import Work

if TYPE_CHECKING:
    from consent.requests.models import Request


def on_report(*, request: Request, now: datetime, **kwargs: Any) -> None:
    """File a case that names the request and its requester, and not who reported it. Listens to ``request_reported``."""
    sentence = _("Somebody who was asked for their consent reports the request %(request)s of %(producer)s.")
    said = {"request": request.reference, "producer": request.requester.producer_id}
    complaint = Complaint(
        new_token(),
        Kind.NO_CONSENT,
        sentence % said,
        work=_work_of(request.subject),
        language=get_language() or "en",
    )
    file_case(complaint, now=now)


def _work_of(subject: str) -> Work | None:
    kind, _colon, code = subject.partition(":")
    try:
        return Work.objects.filter(number=numbers.read(code)).first() if kind == "work" else None
    except ValueError:
        return None
