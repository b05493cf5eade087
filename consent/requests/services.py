"""What a requester may do: draft a request, send, edit, cancel it, remind of it, and take what the person offers instead.

Nothing here looks at the person: whether they have an account, blocked the requester or refused without a word. Each act
takes the same steps and has the same answer in all these cases; what becomes of a request is decided by its delivery.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity.queries import is_verified
from accounts.records import log
from accounts.refusals import Refusal
from accounts.sanctions.gate import require_unlimited
from accounts.sanctions.states import Function
from accounts.users.models import User
from accounts.users.queries import must_accept
from consent.contacts.services import contact_for
from consent.grants.evidence import scope_digest
from consent.grants.services import give
from consent.requests import offers, quotas
from consent.requests.askable import require_askable
from consent.requests.lifecycle import drop, enter, move
from consent.requests.links import token_for
from consent.requests.models import Request
from consent.requests.names import clean_name, name_of, sealed_name
from consent.requests.queries import shown_of
from consent.requests.states import OPEN, RequestState, Shown
from consent.scope import VERSION, Scope
from consent.scope.documents import read_scope, write_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from consent.contacts.models import Contact
    from consent.grants.models import Grant

DEFAULT_DAYS, MOST_DAYS = 14, 60
"""Days that a person has to answer."""
MOST_REMINDERS = 2
REMINDED_AFTER = timedelta(days=3)
"""How long after the sending, or the last reminder, a reminder may be sent."""
TRIED_AGAIN_AFTER = timedelta(minutes=5)
"""When the sweep takes up a delivery whose message was lost."""
DELIVER_TASK, REMIND_TASK = "consent.requests.tasks.deliver", "consent.requests.tasks.remind"


def draft(
    *,
    by: User,
    name: str,
    address: str,
    scope: Scope,
    subject: str = "",
    days: int = DEFAULT_DAYS,
    now: datetime | None = None,
) -> Request:
    """Write down, for ``by`` alone, what they would ask of the person ``name`` behind the e-mail address ``address``.

    ``subject``: what it is asked for, ``work:<code>``, or empty ahead of any; ``days``: how long the person has to answer.
    Refused with ``identity_required``, ``agreement_required``, ``name_invalid``, ``deadline_invalid``, ``request_open``, and as
    :func:`~consent.requests.askable.require_askable` does.
    """
    now = now or timezone.now()
    require_standing(by, now=now)
    name = clean_name(name)
    require_askable(scope, by, now)
    _require_days(days)
    with transaction.atomic():
        contact = contact_for(address, now=now)
        _end_overdue(by, contact, subject, now)
        quotas.require_no_open(by, contact, subject, now)
        request = _create(by, contact, name, scope, days, now, subject=subject)
        enter(request, by=by, now=now)
    return request


def send(*, by: User, request: Request, now: datetime | None = None) -> Request:
    """Send a draft. From here on it is *sent* to its requester, whatever its delivery finds. A second call changes nothing.

    Refused with ``wrong_state`` unless it is a draft, ``term_invalid`` where its time ran out meanwhile, and as
    :mod:`consent.requests.quotas` does.
    """
    now = now or timezone.now()
    require_standing(by, now=now)
    with transaction.atomic():
        request = _held_for(by, request)
        if shown_of(request, now) is Shown.SENT:
            return request
        require_askable(read_scope(request.scope), by, now)
        quotas.require_cooled_down(by, request.contact, now)
        _send(request, by, now)
    return request


def edit(
    *,
    by: User,
    request: Request,
    scope: Scope,
    days: int = DEFAULT_DAYS,
    name: str = "",
    now: datetime | None = None,
) -> Request:
    """Ask for ``scope`` instead: a draft is changed, of what was sent a new version is sent, and the old link is dead.

    ``name``: the person's, where it is corrected. Refused as :func:`draft` and :func:`send` do, and with ``wrong_state`` where an answer is there.
    """
    now = now or timezone.now()
    require_standing(by, now=now)
    require_askable(scope, by, now)
    _require_days(days)
    with transaction.atomic():
        old = _held_for(by, request)
        shown = shown_of(old, now)
        name = clean_name(name or name_of(old))
        if shown is Shown.DRAFT:
            return _redrafted(old, name, scope, days, now)
        _require_shown(shown, Shown.SENT, Shown.COUNTERED)
        drop(old, RequestState.SUPERSEDED, by=by, now=now)
        new = _create(
            by,
            old.contact,
            name,
            scope,
            days,
            now,
            subject=old.subject,
            supersedes=old,
            version=old.version + 1,
        )
        old.depictions.update(request=new)
        _send(new, by, now)
    return new


def cancel(*, by: User, request: Request, now: datetime | None = None) -> Request:
    """Take a request back. A second call changes nothing. Refused with ``wrong_state`` where an answer is there."""
    now = now or timezone.now()
    with transaction.atomic():
        request = _held_for(by, request)
        shown = shown_of(request, now)
        if shown is not Shown.CANCELLED:
            _require_shown(shown, Shown.DRAFT, Shown.SENT, Shown.COUNTERED)
            drop(request, RequestState.CANCELLED, by=by, now=now)
    return request


def remind(*, by: User, request: Request, now: datetime | None = None) -> Request:
    """Remind the person, at most twice. Whether there is anybody to remind is found out by the job.

    Refused with ``wrong_state`` unless it is *sent*, with ``reminded_often``, and with ``reminded_early`` within three days.
    """
    now = now or timezone.now()
    require_unlimited(by, Function.REQUEST_CONSENT, now=now)
    with transaction.atomic():
        request = _held_for(by, request)
        _require_shown(shown_of(request, now), Shown.SENT)
        if request.reminders >= MOST_REMINDERS:
            raise Refusal("reminded_often", _("A person is reminded twice at most."), status=429)
        last = request.reminded_at or request.sent_at
        if last is not None and now < last + REMINDED_AFTER:
            sentence = _("A reminder can be sent three days after the request or the last reminder.")
            raise Refusal("reminded_early", sentence, status=429)
        Request.objects.filter(pk=request.pk).update(reminders=F("reminders") + 1, reminded_at=now)
        request.refresh_from_db()
        body: dict[str, JSON] = {"reminders": request.reminders}
        log.append(kind="request.reminded", subject=request.log_subject, body=body, by=by, person=by, now=now)
        _wake(REMIND_TASK, request)
    return request


def accept_counter(*, by: User, request: Request, counter_sha256: str, now: datetime | None = None) -> Grant:
    """Take the narrower scope that the person signed: it becomes their grant, by the evidence of their offer.

    ``counter_sha256``: of the offer that was read. Refused with ``wrong_state`` where there is none, ``offer_changed`` where it is another, and
    ``offer_gone`` where its evidence cannot be opened any more.
    """
    now = now or timezone.now()
    require_standing(by, now=now)
    with transaction.atomic():
        request = _held_for(by, request)
        _require_shown(shown_of(request, now), Shown.COUNTERED)
        person, offer = offers.require_standing(request, counter_sha256, now)
        move(request, RequestState.GRANTED, by=by, now=now, body={"counter_sha256": counter_sha256})
        return give(
            person=person,
            grantee=by,
            guardian=User.objects.filter(producer_id=offer.guardian_id).first(),
            scope=offer.scope,
            proof=offer.proof,
            facts=offer.facts,
            request=request,
            now=now,
        )


def require_standing(user: User, *, now: datetime | None = None) -> None:
    """Raise :class:`Refusal` unless ``user`` may ask people for their consent."""
    require_unlimited(user, Function.REQUEST_CONSENT, now=now)
    if not is_verified(user):
        sentence = _("A verified real name is needed before anybody can be asked; this account has none yet.")
        raise Refusal("identity_required", sentence, status=403)
    if must_accept(user) is not None:
        sentence = _("The current user agreement has to be accepted before anybody can be asked.")
        raise Refusal("agreement_required", sentence, status=403)


def _create(
    by: User,
    contact: Contact,
    name: str,
    scope: Scope,
    days: int,
    now: datetime,
    *,
    subject: str,
    supersedes: Request | None = None,
    version: int = 1,
) -> Request:
    document = write_scope(scope)
    request = Request(
        requester=by,
        contact=contact,
        state=RequestState.DRAFT,
        version=version,
        supersedes=supersedes,
        subject=subject,
        vocabulary=VERSION,
        scope=document,
        scope_sha256=scope_digest(document),
        created_at=now,
        answer_by=now + timedelta(days=days),
    )
    request.wrapped_key, request.sealed_name = sealed_name(request, name).values()
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise quotas.open_already() from error
    return request


def _redrafted(request: Request, name: str, scope: Scope, days: int, now: datetime) -> Request:
    document = write_scope(scope)
    request.scope, request.scope_sha256 = document, scope_digest(document)
    request.created_at, request.answer_by = now, now + timedelta(days=days)
    request.wrapped_key, request.sealed_name = sealed_name(request, name).values()
    request.save()
    return request


def _send(request: Request, by: User, now: datetime) -> None:
    """Send a draft, in a transaction that holds the requester's row: two at once are counted one after the other."""
    User.objects.select_for_update().get(pk=by.pk)
    quotas.require_room(by, request.contact, now)
    move(
        request,
        RequestState.HELD,
        by=by,
        now=now,
        sent_at=now,
        answer_by=now + (request.answer_by - request.created_at),
        deliver_at=now + TRIED_AGAIN_AFTER,
    )
    token_for(request)
    _wake(DELIVER_TASK, request)


def _wake(task: str, request: Request) -> None:
    # By name: the task's module stands above this one. Robust: the sweep takes up what the queue did not.
    pk = str(request.pk)
    transaction.on_commit(lambda: current_app.send_task(task, [pk]), robust=True)


def _held_for(by: User, request: Request) -> Request:
    """The row, locked. Refused with ``not_yours`` for anybody but its requester."""
    if request.requester_id != by.pk:
        raise Refusal("not_yours", _("This request is somebody else's."), status=403)
    locked = Request.objects.select_for_update(of=("self",))
    return locked.select_related("contact", "requester", "person").get(pk=request.pk)


def _end_overdue(by: User, contact: Contact, subject: str, now: datetime) -> None:
    """Expire what ran out and would stand in the way of a new request."""
    overdue = Request.objects.filter(requester=by, contact=contact, subject=subject, answer_by__lte=now)
    for request in overdue.filter(state__in=sorted(OPEN - {RequestState.DRAFT, RequestState.COUNTERED})):
        move(request, RequestState.EXPIRED, by=None, now=now, deliver_at=None)


def _require_shown(shown: Shown, *expected: Shown) -> None:
    if shown not in expected:
        raise Refusal("wrong_state", _("Meanwhile this request has moved on: look at it again."))


def _require_days(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        sentence = _("A person has 1 to %(most)d days to answer; %(found)d were given.")
        raise Refusal("deadline_invalid", sentence % {"most": MOST_DAYS, "found": days}, status=422)
