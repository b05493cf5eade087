"""Filing a case, and what the one who filed it may do. Nobody here has an account; the form's token stands in for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.vault.wrapped_key import new_wrapped_key
from marking.desk.cases import lifecycle
from marking.desk.cases.clocks import due_at, hours_for
from marking.desk.cases.codes import code_index, code_of, token_index
from marking.desk.cases.contents import contact_of, description_of, seal_contact, seal_contents
from marking.desk.cases.holding import require_free
from marking.desk.cases.kinds import Kind
from marking.desk.cases.locations import work_at
from marking.desk.cases.models import Case, ReportOpinion
from marking.desk.cases.states import CaseState, Event
from marking.desk.cases.validity import (
    Addition,
    fill,
    missing_of,
    note_valid,
    start_clock,
    starts_at_validity,
)
from marking.desk.measures import acting
from marking.verification.report import Verdict
from marking.works.earlier import work_of_file
from marking.works.models import Work

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

DESCRIPTION_LENGTHS = (10, 4000)
"""Fewest and most characters."""
MAIL_FIELDS = (
    "receipt_mailed_at",
    "answer_mailed_at",
    "mail_again_at",
    "mail_refused_at",
    "mail_failures",
)
RECEIPT_TASK = "marking.desk.tasks.mail_receipt"


@dataclass(frozen=True)
class Complaint:
    """What the form says.

    ``token``: 32 hexadecimal digits, made with the form. ``file_sha256``: 64, or "". ``contact``: an address, or "". ``location``, ``signature``
    and ``is_in_good_faith``: what some kinds ask for (:mod:`marking.desk.cases.profiles`). ``document_sha256``: of an authority's order.
    """

    token: str = field(repr=False)
    kind: Kind
    description: str = field(repr=False)
    work: Work | None = None
    file_sha256: str = ""
    contact: str = field(default="", repr=False)
    language: str = "en"
    location: str = field(default="", repr=False)
    signature: str = field(default="", repr=False)
    is_in_good_faith: bool = False
    document_sha256: str = ""

    @property
    def addition(self) -> Addition:
        """What of it the kind may ask for."""
        return Addition(self.signature, self.location, "", self.is_in_good_faith)


def file_case(
    complaint: Complaint, *, by: User | None = None, now: datetime | None = None
) -> tuple[Case, str]:
    """File a case, and answer it with its secret code. The same form again gives the same case and code.

    ``by``: the member of staff who enters an order; None for everybody else. Another address corrects the first one, and is written to. A file that this site released, or the address of a work's page, stands for its work where none is named. Refused with ``form_used`` for other content
    under the same token.
    """
    if complaint.work is None:
        complaint = replace(complaint, work=_work_meant(complaint))
    try:
        with transaction.atomic():
            case = _create(complaint, by, now or timezone.now())
    except IntegrityError:
        case = _filed_before(complaint)
        _correct_contact(case, complaint.contact, now or timezone.now())
    return case, code_of(complaint.token)


def remove_contact(*, case: Case, now: datetime | None = None) -> None:
    """Erase the address of whoever filed ``case``, at their own wish. A second call changes nothing. Refused with ``held``."""
    now = now or timezone.now()
    left = Case.objects.filter(pk=case.pk, contact__isnull=False)
    with transaction.atomic():
        if left.exists():
            require_free(case, now)
        if left.update(contact=None):
            lifecycle.note(case, Event.CONTACT_REMOVED, by=None, now=now)
    case.refresh_from_db(fields=["contact"])


def count_opinion(*, verdict: Verdict, is_right: bool, day: date | None = None) -> None:
    """Count one more who calls a report right or wrong. Of whom, and of which file, nothing is kept."""
    with transaction.atomic():
        counted, _is_new = ReportOpinion.objects.get_or_create(
            day=day or timezone.localdate(), verdict=verdict, is_right=is_right
        )
        ReportOpinion.objects.filter(pk=counted.pk).update(count=F("count") + 1)


def _create(complaint: Complaint, by: User | None, now: datetime) -> Case:
    hours = settings.ENVIRONMENT["YINJI_ANSWER_HOURS"]
    case = Case(
        kind=complaint.kind,
        work=complaint.work,
        file_sha256=complaint.file_sha256,
        language=complaint.language,
        created_at=now,
        due_at=due_at(complaint.kind, now, hours),
        wrapped_key=new_wrapped_key(),
        token_index=token_index(complaint.token),
        document_sha256=complaint.document_sha256,
    )
    case.code_index = code_index(case.number, code_of(complaint.token))
    seal_contents(case, description=complaint.description, contact=complaint.contact)
    fill(case, complaint.addition, now)
    lacking = missing_of(case)
    is_valid = start_clock(case, now)
    case.save(force_insert=True)
    work = complaint.work.code if complaint.work else None
    body: dict[str, JSON] = {
        "work": work,
        "hours": hours_for(complaint.kind, hours),
        **({"missing": [part.value for part in lacking]} if lacking else {}),
    }
    lifecycle.note(case, Event.RECEIVED, by=by, now=now, body=body)
    if is_valid and starts_at_validity(case):
        note_valid(case, now)
    acting.act_on_record(case, now=now)
    _ask_for_receipt(case)
    return case


def _work_meant(complaint: Complaint) -> Work | None:
    of_file = work_of_file(complaint.file_sha256) if complaint.file_sha256 else None
    return of_file or work_at(complaint.location)


def _ask_for_receipt(case: Case) -> None:
    if case.contact is not None:
        # By name: the task's module stands above this one. Robust: the sweep mails what the queue did not take.
        transaction.on_commit(lambda: current_app.send_task(RECEIPT_TASK, [case.pk]), robust=True)


def _filed_before(complaint: Complaint) -> Case:
    case = Case.objects.select_related("work").get(token_index=token_index(complaint.token))
    old = (case.kind, case.work_id, case.file_sha256, description_of(case))
    new = (complaint.kind, complaint.work and complaint.work.pk, complaint.file_sha256, complaint.description)
    if old != new:
        sentence = _(
            "This form was sent before with other content. What you see now is a new form: send it again."
        )
        raise Refusal("form_used", sentence)
    return case


def _correct_contact(case: Case, contact: str, now: datetime) -> None:
    """Put ``contact`` in the place of another address, unless the case is over or its address was erased by wish. Refused with ``held``."""
    if not contact:
        remove_contact(case=case, now=now)
        return
    if contact_of(case) == contact:
        return
    with transaction.atomic():
        require_free(case, now)
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        is_over = case.state == CaseState.CLOSED or case.events.filter(event=Event.CONTACT_REMOVED).exists()
        if is_over or contact_of(case) == contact:
            return
        seal_contact(case, contact)
        case.receipt_mailed_at = case.answer_mailed_at = case.mail_again_at = case.mail_refused_at = None
        case.mail_failures = 0
        case.save(update_fields=["contact", *MAIL_FIELDS])
        lifecycle.note(case, Event.CONTACT_CHANGED, by=None, now=now)
        _ask_for_receipt(case)
