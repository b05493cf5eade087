"""Imposing measures and lifting them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices.services import notify
from accounts.records import log
from accounts.refusals import Refusal
from accounts.vault.sealing import is_erased
from marking.desk.measures.models import Measure
from marking.desk.measures.queries import standing_on
from marking.desk.measures.telling import LIFTED
from marking.works.gate import subject_of
from marking.works.models import Work

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from marking.desk.cases.models import Case


def impose(
    *,
    work: Work,
    by: User | None,
    statement: StatementOfReasons,
    case: Case | None = None,
    confirmed_by: User | None = None,
    now: datetime | None = None,
) -> Measure:
    """Turn the access to ``work`` off at once, everywhere. Its state, its files and its registration stay as they are.

    ``by``: None where a clock or the work's own record decided; ``confirmed_by``: the second of two people, never the first.
    Refused with ``never_released``, and with ``already_off`` where a measure of the same case stands.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = Work.objects.select_for_update(of=("self",)).select_related("owner").get(pk=work.pk)
        _require_imposable(held, case)
        measure = Measure.objects.create(
            work=held, case=case, statement=statement, imposed_at=now, imposed_by=by, confirmed_by=confirmed_by
        )  # fmt: skip
        _set_blocked(held)
        _record(measure, "work.blocked", by=by, now=now)
    work.refresh_from_db(fields=["blocked_at"])
    return measure


def lift(*, measure: Measure, by: User, now: datetime | None = None) -> None:
    """Take ``measure`` back. The work is what it would be without it: given out again, unless another measure stands.

    Refused with ``already_lifted``.
    """
    now = now or timezone.now()
    with transaction.atomic():
        work = Work.objects.select_for_update(of=("self",)).select_related("owner").get(pk=measure.work_id)
        standing = Measure.objects.filter(pk=measure.pk, lifted_at__isnull=True)
        if not standing.update(lifted_at=now, lifted_by=by):
            raise Refusal("already_lifted", _("This measure was lifted already."))
        _set_blocked(work)
        measure.refresh_from_db()
        measure.work = work
        _record(measure, "work.unblocked", by=by, now=now)
        if work.blocked_at is None:
            notify(
                user=work.owner, kind=LIFTED.code, subject=subject_of(work),
                params={"work": work.code}, url_args=[work.code], now=now,
            )  # fmt: skip


def _require_imposable(work: Work, case: Case | None) -> None:
    if work.released_at is None:
        raise Refusal("never_released", _("This work was never released: there is no access to turn off."))
    if case is not None and standing_on(work).filter(case=case).exists():
        raise Refusal("already_off", _("The access to this work is off already, by the same case."))


def _set_blocked(work: Work) -> None:
    """Bring the work's own column in line with the measures that stand."""
    first = standing_on(work).values_list("imposed_at", flat=True).first()
    Work.objects.filter(pk=work.pk).update(blocked_at=first)
    work.blocked_at = first


def _record(measure: Measure, kind: str, *, by: User | None, now: datetime) -> None:
    body: dict[str, JSON] = {
        "measure": str(measure.pk),
        "case": measure.case.code if measure.case else None,
        "statement": str(measure.statement_id),
        "sha256": measure.work.marked_sha256,
        "confirmed_by": measure.confirmed_by.producer_id if measure.confirmed_by else None,
        "is_given_out": measure.work.is_given_out,
    }
    owner = measure.work.owner
    person = None if is_erased(owner) else owner
    log.append(kind=kind, subject=subject_of(measure.work), body=body, by=by, person=person, now=now)
