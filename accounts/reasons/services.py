"""Stating reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices.services import notify
from accounts.reasons.checking import Finding, check
from accounts.reasons.documents import document_of
from accounts.reasons.kinds import STATED
from accounts.reasons.models import StatementOfReasons
from accounts.reasons.schema import (
    EEA,
    Automation,
    Category,
    ContentType,
    Decision,
    Ground,
    Keyword,
    Source,
)
from accounts.records import log
from accounts.records.canonical import JSON, canonical
from accounts.refusals import Refusal
from accounts.vault.sealing import is_erased

if TYPE_CHECKING:
    from accounts.users.models import User

_YES_NO = {None: "", True: "Yes", False: "No"}


class ReasonsInvalid(Refusal):
    """The statement is not one that the schema allows. ``findings``: what is wrong, field by field."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        wrong = "; ".join(f"{each.field}: {each.sentence}" for each in findings)
        sentence = _("The statement of reasons is not complete: %(wrong)s.") % {"wrong": wrong}
        super().__init__("reasons_invalid", sentence, status=422)
        self.findings = tuple(findings)


def state(
    *,
    person: User,
    subject: str,
    decision: Decision,
    ground: Ground,
    facts: str,
    category: Category,
    by: User | None,
    keywords: Sequence[Keyword] = (),
    content_types: Sequence[ContentType] = (ContentType.SYNTHETIC_MEDIA,),
    content_date: date | None = None,
    source: Source = Source.NOTICE,
    is_detected_by_machine: bool = False,
    territory: Sequence[str] = EEA,
    is_told_apart: bool = False,
    now: datetime | None = None,
) -> StatementOfReasons:
    """Write down what is decided against ``person`` and why, record it and tell them. Call it in the transaction of the decision.

    ``subject``: what the log calls that which it is about; ``facts``: at most 5000 characters, naming nobody; ``content_date``: when
    the content was uploaded, today where it is about no content; ``by``: None where no human decided; ``is_told_apart``: whether the caller tells them by a notice of its own.

    Raises :class:`ReasonsInvalid`, and :class:`~django.db.transaction.TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "Reasons are stated in the transaction of their decision; there is none."
        )
    now = now or timezone.now()
    day = timezone.localdate(now)
    statement = StatementOfReasons(
        person=person,
        subject=subject,
        visibility=decision.visibility or "",
        other=decision.other.strip(),
        provision=decision.provision or "",
        account=decision.account or "",
        ends_on=decision.ends_on,
        ground=ground.kind,
        reference=ground.reference.strip(),
        explanation=ground.explanation.strip(),
        reference_url=ground.url,
        also_illegal=_YES_NO[ground.is_also_illegal],
        facts=facts.strip(),
        category=category,
        keywords=[each.value for each in keywords],
        content_types=[each.value for each in content_types],
        content_date=content_date or day,
        applies_on=day,
        source=source,
        automated_detection=is_detected_by_machine,
        automated_decision=Automation.NOT if by is not None else Automation.FULLY,
        territory=list(territory),
        stated_at=now,
        by=by,
    )
    _keep(statement)
    if not is_told_apart:
        _tell(statement)
    return statement


def _keep(statement: StatementOfReasons) -> None:
    document = document_of(statement)
    if findings := check(document):
        raise ReasonsInvalid(findings)
    statement.sha256 = sha256(canonical(document)).hexdigest()
    statement.save(force_insert=True)
    person = None if is_erased(statement.person) else statement.person
    log.append(
        kind="reasons.stated", subject=statement.log_subject, body=_body(statement), by=statement.by,
        person=person, now=statement.stated_at,
    )  # fmt: skip


def _tell(statement: StatementOfReasons) -> None:
    notify(
        user=statement.person, kind=STATED.code, subject=statement.log_subject, params={},
        url_args=[str(statement.puid)], now=statement.stated_at,
    )  # fmt: skip


def _body(statement: StatementOfReasons) -> dict[str, JSON]:
    return {
        "about": statement.subject,
        "visibility": statement.visibility,
        "provision": statement.provision,
        "account": statement.account,
        "ground": statement.ground,
        "category": statement.category,
        "ends_on": statement.ends_on.isoformat() if statement.ends_on else None,
        "automated": statement.automated_decision,
        "document_sha256": statement.sha256,
    }
