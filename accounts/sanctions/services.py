"""What staff may do to an account: propose, confirm, decline and take back, or impose at once; and lift again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.roles import permissions_of
from accounts.notices.kinds import Kind
from accounts.notices.services import notify
from accounts.proposals import deciding, stakes
from accounts.records import log
from accounts.refusals import Refusal
from accounts.sanctions import kinds, same
from accounts.sanctions.models import Sanction
from accounts.sanctions.operators import require_another
from accounts.sanctions.reasoning import Reasons, checked, state_reasons, write_down
from accounts.sanctions.stakes import holders_in
from accounts.sanctions.states import TRANSITIONS, Function, SanctionState, Step, write_functions
from accounts.vault.sealing import is_erased

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

MOST_DAYS = 3 * 366
"""The longest time but for ever."""


def impose(
    *,
    by: User,
    user: User,
    step: Step,
    reasons: Reasons,
    functions: Collection[Function] = (),
    days: int | None = None,
    about: str = "",
    now: datetime | None = None,
) -> Sanction:
    """Put ``user`` on a rung of the ladder; where two are needed, only propose it. A warning lasts as well, for those who count.

    The same again, while it stands or waits, gives the same sanction. ``functions``: what a limit keeps the account from. ``days``: how long it lasts, 1 to `MOST_DAYS`; None for a closure alone.
    Refused with ``own_account``, ``own_matter``, ``functions_missing``, ``days_invalid``, ``reasons_length``, ``account_erased`` and ``last_operator``.
    """
    now = now or timezone.now()
    require_impartial(by, user, about)
    named = _checked_functions(step, functions)
    _require_days(step, days)
    sanction = Sanction(
        user=user,
        step=step,
        functions=write_functions(named),
        state=SanctionState.PROPOSED,
        about=about,
        days=days,
        needs_second=needs_second(step, user),
        proposed_at=now,
        proposed_by=by,
    )
    reasons = checked(reasons)
    write_down(sanction, reasons)
    with transaction.atomic():
        found = same.standing(sanction, reasons, now)
        if found is not None:
            return found
        require_another(user, step, now)
        if not sanction.needs_second:
            _begin(sanction, by, now)
        sanction.save(force_insert=True)
        _record(sanction, "sanction.proposed" if sanction.needs_second else "sanction.imposed", by, now)
    return sanction


def needs_second(step: Step, user: User) -> bool:
    """Whether a sanction of ``user`` is a proposal until somebody else confirms it: closing always, suspending by setting.

    Of whoever holds a right of the staff all but a warning, so that nobody locks out the others alone.
    """
    if step is Step.SUSPEND and settings.ENVIRONMENT["YINJI_SUSPEND_BY_TWO"]:
        return True
    return step is Step.CLOSE or (step is not Step.WARN and bool(permissions_of(user)))


def confirm(*, by: User, sanction: Sanction, now: datetime | None = None) -> None:
    """Bring a proposal into force, as somebody else than who made it.

    Refused with ``own_account``, ``own_matter``, ``own_proposal``, ``wrong_state`` and ``last_operator``.
    """
    now = now or timezone.now()
    _require_second(by, sanction)
    with transaction.atomic():
        require_another(sanction.user, Step(sanction.step), now)
        _move(sanction, SanctionState.IN_FORCE, decided_at=now, decided_by=by, **_times(sanction, now))
        _begin(sanction, by, now)
        sanction.save(update_fields=["statement"])
        _record(sanction, "sanction.imposed", by, now)


def decline(*, by: User, sanction: Sanction, now: datetime | None = None) -> None:
    """Turn a proposal down. Refused as :func:`confirm` is."""
    now = now or timezone.now()
    _require_second(by, sanction)
    with transaction.atomic():
        _move(sanction, SanctionState.DECLINED, decided_at=now, decided_by=by)
        _record(sanction, "sanction.declined", by, now)


def withdraw(*, by: User, sanction: Sanction, now: datetime | None = None) -> None:
    """Take back what one proposed oneself, while nobody decided about it. Refused with ``not_proposer`` and ``wrong_state``."""
    now = now or timezone.now()
    deciding.require_proposer(by, sanction.proposed_by_id)
    with transaction.atomic():
        _move(sanction, SanctionState.WITHDRAWN, decided_at=now, decided_by=by)
        _record(sanction, "sanction.proposal_withdrawn", by, now)


def lift(*, sanction: Sanction, by: User, now: datetime | None = None) -> None:
    """End a sanction before its time: what it kept the account from is open from this moment on.

    Refused with ``own_account``, ``own_matter`` and ``wrong_state``.
    """
    now = now or timezone.now()
    require_impartial(by, sanction.user, sanction.about)
    with transaction.atomic():
        _move(sanction, SanctionState.LIFTED, lifted_at=now, lifted_by=by)
        _record(sanction, "sanction.lifted", by, now)
        _tell(sanction, kinds.LIFTED, now)


def require_impartial(by: User, user: User, about: str = "") -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` where the account is one's own, or one has a stake in it or in what led to a sanction."""
    sentence = _("This is your own account: somebody else has to decide.")
    stakes.require_none(by, [user.pk], sentence, code="own_account")
    stakes.require_none(by, holders_in(user, about))


def tell_of_ends(*, now: datetime, most: int = 100) -> int:
    """Tell those whose time is over, once each; count them. Safe to call twice, late or never: the end itself waits for nobody."""
    over = Sanction.objects.filter(state=SanctionState.IN_FORCE, ends_at__lte=now, end_told_at__isnull=True)
    return sum(_tell_of_end(each, now) for each in list(over.select_related("user")[:most]))


def _tell_of_end(sanction: Sanction, now: datetime) -> bool:
    with transaction.atomic():
        untold = Sanction.objects.filter(
            pk=sanction.pk, state=SanctionState.IN_FORCE, end_told_at__isnull=True
        )
        if not untold.update(end_told_at=now):
            return False
        _record(sanction, "sanction.ended", None, now)
        if sanction.step != Step.WARN:
            _tell(sanction, kinds.ENDED, now)
    return True


def _begin(sanction: Sanction, by: User, now: datetime) -> None:
    """What happens when a sanction comes into force."""
    sanction.state = SanctionState.IN_FORCE
    for name, value in _times(sanction, now).items():
        setattr(sanction, name, value)
    state_reasons(sanction, by=by, now=now)
    _tell(sanction, kinds.IMPOSED[Step(sanction.step)], now)
    if sanction.step == Step.CLOSE:
        get_adapter().end_sessions(list(UserSession.objects.filter(user=sanction.user)))


def _times(sanction: Sanction, now: datetime) -> dict[str, Any]:
    return {"begins_at": now, "ends_at": now + timedelta(days=sanction.days) if sanction.days else None}


def _move(sanction: Sanction, new: SanctionState, **changes: Any) -> None:
    old = SanctionState(sanction.state)
    sentence = _("Meanwhile this sanction has moved on: look at it again.")
    if new not in TRANSITIONS[old]:
        raise Refusal("wrong_state", sentence)
    deciding.move_on(sanction, Sanction.objects.filter(state=old), sentence, state=new, **changes)


def _tell(sanction: Sanction, kind: Kind, now: datetime) -> None:
    notify(user=sanction.user, kind=kind.code, subject=sanction.log_subject, params={}, now=now)


def _record(sanction: Sanction, kind: str, by: User | None, now: datetime) -> None:
    facts: dict[str, JSON] = {
        "sanction": str(sanction.pk),
        "step": str(sanction.step),
        "functions": sorted(each.value for each in sanction.limited) if sanction.functions else [],
        "days": sanction.days,
        "about": sanction.about,
        "statement": sanction.statement,
        "reasons_sha256": sha256(bytes(sanction.reasons)).hexdigest(),
        "ends_at": sanction.ends_at.isoformat() if sanction.ends_at else None,
    }
    person = None if is_erased(sanction.user) else sanction.user
    log.append(kind=kind, subject=sanction.log_subject, body=facts, by=by, person=person, now=now)


def _require_second(by: User, sanction: Sanction) -> None:
    require_impartial(by, sanction.user, sanction.about)
    sentence = _("You proposed this yourself: somebody else has to confirm or decline it.")
    deciding.require_second(by, sanction.proposed_by_id, sentence, code="own_proposal")


def _checked_functions(step: Step, functions: Collection[Function]) -> frozenset[Function]:
    named = frozenset(Function(each) for each in functions)
    if bool(named) != (step is Step.LIMIT):
        sentence = _("A limit names the functions that it limits, and nothing else names any.")
        raise Refusal("functions_missing", sentence, status=422)
    return named


def _require_days(step: Step, days: int | None) -> None:
    is_fitting = days is None if step is Step.CLOSE else days is not None and 1 <= days <= MOST_DAYS
    if not is_fitting:
        sentence = _("Every measure but closing ends after 1 to %(most)d days; closing has no end.")
        raise Refusal("days_invalid", sentence % {"most": MOST_DAYS}, status=422)
