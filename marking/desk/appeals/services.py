"""Filing appeals and deciding them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices.services import notify
from accounts.proposals.stakes import holders_of, require_none
from accounts.records import log
from accounts.refusals import Refusal
from accounts.vault.sealing import is_erased
from accounts.vault.wrapped_key import new_wrapped_key
from marking.desk.appeals.appealable import Decision, find, of_kind
from marking.desk.appeals.contents import seal_text, sealed_reasons
from marking.desk.appeals.kinds import DECIDED
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.queries import appeal_of, ends_at
from marking.desk.appeals.states import AppealState
from marking.desk.cases import lifecycle
from marking.desk.cases.states import Event

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from marking.desk.cases.models import Case

TEXT_LENGTHS = (10, 4000)
"""Fewest and most characters of an appeal, and of the reasons of its decision."""


def file_own(*, by: User, decision: Decision, text: str, now: datetime | None = None) -> Appeal:
    """Appeal, as the account that it is against, against ``decision``. The same again gives the same appeal.

    Refused with ``not_yours``, ``appeal_late`` and ``appeal_length``.
    """
    if decision.against != by:
        raise Refusal("not_yours", _("This was decided about somebody else."), status=403)
    return _file(decision, by, text, now or timezone.now())


def file_for_case(*, case: Case, text: str, now: datetime | None = None) -> Appeal:
    """Appeal, as whoever filed ``case`` and knows its code, against its having been turned down, or answered without a measure.

    The same again gives the same appeal. Refused with ``not_in_vain``, ``appeal_late`` and ``appeal_length``.
    """
    now = now or timezone.now()
    decision = find("case", case.code)
    if decision is None:
        raise Refusal(
            "not_in_vain",
            _("This case is not decided, or the access is off by it: there is nothing to appeal against."),
        )
    with transaction.atomic():
        is_new = appeal_of(decision) is None
        appeal = _file(decision, None, text, now)
        if is_new:
            lifecycle.note(case, Event.APPEALED, by=None, now=now)
    return appeal


def uphold(*, by: User, appeal: Appeal, reasons: str, now: datetime | None = None) -> None:
    """Decide that the first decision stands.

    Where what was written is erased with its account, the decision stands by itself. Refused with ``took_part`` for whoever worked on it,
    ``own_appeal`` and ``own_work`` for whoever has a stake in it, ``appeal_length`` and ``wrong_state``.
    """
    _decide(AppealState.UPHELD, by, appeal, reasons, now or timezone.now())


def overturn(*, by: User, appeal: Appeal, reasons: str, now: datetime | None = None) -> None:
    """Decide that the first decision falls, and undo it: all is as it would be without it. Refused as :func:`uphold` is."""
    now = now or timezone.now()
    with transaction.atomic():
        _decide(AppealState.OVERTURNED, by, appeal, reasons, now)
        known = of_kind(appeal.kind)
        if known is not None:
            known.undo(reference=appeal.reference, by=by, now=now)


def _file(decision: Decision, appellant: User | None, text: str, now: datetime) -> Appeal:
    text = _checked(text)
    filed = appeal_of(decision)
    if filed is not None:
        return filed
    if now >= ends_at(decision):
        sentence = _("The time to appeal against this decision ended on %(date)s.")
        date = timezone.localdate(ends_at(decision)).isoformat()
        raise Refusal("appeal_late", sentence % {"date": date})
    first, second = (*decision.by, None, None)[:2]
    appeal = Appeal(
        kind=decision.kind,
        reference=decision.reference,
        against_at=decision.at,
        first_by=first,
        second_by=second,
        appellant=appellant,
        filed_at=now,
        due_at=now + timedelta(days=settings.ENVIRONMENT["YINJI_APPEAL_ANSWER_DAYS"]),
        wrapped_key=new_wrapped_key(),
    )
    seal_text(appeal, text)
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
            record(appeal, "appeal.filed", appellant, now)
    except IntegrityError:  # filed twice at once
        return appeal_of(decision) or appeal
    return appeal


def _decide(state: AppealState, by: User, appeal: Appeal, reasons: str, now: datetime) -> None:
    reasons = _checked(reasons)
    require_impartial(by, appeal)
    with transaction.atomic():
        undecided = Appeal.objects.filter(pk=appeal.pk, state=AppealState.FILED)
        if not undecided.update(state=state, decided_at=now, decided_by=by):
            raise Refusal("wrong_state", _("Meanwhile this appeal was decided: look at it again."))
        appeal.refresh_from_db()
        if appeal.wrapped_key is None:  # erased with the account: the reasons are for the staff alone
            appeal.wrapped_key = new_wrapped_key()
            seal_text(appeal, "")
        appeal.reasons = sealed_reasons(appeal, reasons)
        appeal.save(update_fields=["wrapped_key", "text", "reasons"])
        record(appeal, f"appeal.{state}", by, now)
        if appeal.appellant is not None:
            notify(
                user=appeal.appellant, kind=DECIDED.code, subject=appeal.log_subject, params={},
                url_args=[appeal.kind, appeal.reference], now=now,
            )  # fmt: skip


def require_impartial(by: User, appeal: Appeal) -> None:
    """Nobody decides, or reads on the desk, who took part in the first decision (DSA Art. 20(4) and (6)), or has a stake in it.

    Raises :class:`~accounts.proposals.stakes.Stake` with ``own_appeal``, ``own_work`` or ``took_part``.
    """
    own = _("This is your own appeal: somebody else has to decide.")
    require_none(by, [appeal.appellant_id], own, code="own_appeal")
    sentence = _("This is about a work of your own, or was filed by you: somebody else has to decide.")
    require_none(by, holders_of(f"{appeal.kind}:{appeal.reference}"), sentence, code="own_work")
    # Once it is decided, what stands under its number may be another decision.
    decision = find(appeal.kind, appeal.reference) if appeal.state == AppealState.FILED else None
    worked = decision.took_part if decision else frozenset()
    sentence = _("You took part in the first decision: somebody else has to look at it again.")
    require_none(by, worked | {appeal.first_by_id, appeal.second_by_id}, sentence, code="took_part")


def record(appeal: Appeal, kind: str, by: User | None, now: datetime) -> None:
    """Write what happened to ``appeal`` into the log, sealed for its appellant. Call it in a transaction."""
    facts: dict[str, JSON] = {
        "about": f"{appeal.kind}:{appeal.reference}",
        "against_at": appeal.against_at.isoformat(),
        "due_at": appeal.due_at.isoformat(),
    }
    appellant = appeal.appellant
    person = None if appellant is None or is_erased(appellant) else appellant
    log.append(kind=kind, subject=appeal.log_subject, body=facts, by=by, person=person, now=now)


def _checked(text: str) -> str:
    text = text.strip()
    fewest, most = TEXT_LENGTHS
    if not fewest <= len(text) <= most:
        sentence = _("Write %(fewest)d to %(most)d characters; found %(found)d.")
        lengths = {"fewest": fewest, "most": most, "found": len(text)}
        raise Refusal("appeal_length", sentence % lengths, status=422)
    return text
