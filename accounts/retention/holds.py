"""Setting, renewing and lifting legal holds, each by two people, and asking what is held."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.proposals.deciding import move_on, require_proposer, require_second
from accounts.proposals.stakes import holders_of, require_none
from accounts.records import log
from accounts.refusals import Refusal
from accounts.retention.models import LegalHold
from accounts.retention.naming import named

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

CONFIRMED_WITHIN = timedelta(days=7)
"""A hold that nobody else confirms within this time lapses."""
HELD_FOR = timedelta(days=365)
"""A confirmed hold ends after this time, as the freezing of a deposit does in civil proceedings (Interpretation of the Civil Procedure Law Art. 485: one year,
and again where it is asked for before its end)."""
MOST_BY_TWO = 3
"""How often the same two may set a hold of the same: for three years, the usual limitation period (Civil Code Art. 188). Then it takes a third."""
ENDS_SOON = timedelta(days=30)
"""How long before its end the desk is told of a hold that nobody renewed."""
_CASE = re.compile(r"(?=.*\d)[\w.:/()（）〔〕［］-][\w.:/()（）〔〕［］ -]{0,58}[\w.:/()（）〔〕［］-]|\d")
"""Letters of any script: a court writes （2026）京01刑初12号. There is a digit in it: a name alone is no number."""
_SHA256 = re.compile(r"[0-9a-f]{64}")

Related: TypeAlias = Callable[["User"], Iterable[str]]
_related: dict[str, Related] = {}


def register(room: str, related: Related) -> None:
    """Let ``room`` name what else belongs to an account, such as its works: a hold on that holds the account's key, too."""
    _related[room] = related


Concerned: TypeAlias = Callable[[Iterable[str]], Iterable[str]]
_concerned: dict[str, Concerned] = {}


def register_concerned(room: str, concerned: Concerned) -> None:
    """Let ``room`` name what some subjects are about, such as the work of a case: a hold on them holds that, too."""
    _concerned[room] = concerned


def kept_with(subjects: Iterable[str]) -> frozenset[str]:
    """``subjects`` and all that they are about, by way of what any room knows."""
    found: set[str] = set()
    new = set(subjects)
    while new:
        found |= new
        new = {each for concerned in _concerned.values() for each in concerned(new)} - found
    return frozenset(found)


def standing(now: datetime) -> QuerySet[LegalHold]:
    """Holds that hold now, confirmed or still to be: neither lifted nor taken back, and not at their end."""
    return _unlifted().filter(ends_at__gt=now)


def half_done(now: datetime) -> QuerySet[LegalHold]:
    """Holds that wait for somebody: to be confirmed or lifted, or renewed because they end soon."""
    renewed = standing(now).filter(
        subject=OuterRef("subject"), case=OuterRef("case"), ends_at__gt=OuterRef("ends_at")
    )
    ends = Q(ends_at__lte=now + ENDS_SOON) & ~Exists(renewed)
    return standing(now).filter(Q(confirmed_at__isnull=True) | Q(lift_asked_at__isnull=False) | ends)


def held_subjects(now: datetime) -> frozenset[str]:
    """All that is held now: by itself, or since what is held is about it."""
    return kept_with(standing(now).values_list("subject", flat=True))


def is_held(subject: str, now: datetime, *, owner: User | None = None) -> bool:
    """Whether ``subject``, or the account of its ``owner``, is held now."""
    asked = {subject, f"user:{owner.producer_id}"} if owner else {subject}
    return not asked.isdisjoint(held_subjects(now))


def keeps_account(user: User, now: datetime) -> bool:
    """Whether the key of ``user`` must be kept: the account is held, or something of theirs that their key opens."""
    subjects = {f"user:{user.producer_id}"}
    for related in _related.values():
        subjects |= set(related(user))
    return not subjects.isdisjoint(held_subjects(now))


def propose(
    *, by: User, subject: str, case: str, document_sha256: str, now: datetime | None = None
) -> LegalHold:
    """Hold ``subject`` at once; somebody else has to confirm it within :data:`CONFIRMED_WITHIN`. What is held already is renewed so, by another paper.

    Refused with ``hold_subject``, ``hold_case``, ``hold_document`` (422), ``own_account``, ``hold_lapsed`` (403), ``hold_stands`` and ``hold_renewal``.
    """
    now = now or timezone.now()
    facts = {
        "subject": _subject_of(subject),
        "case": _case_of(case),
        "document_sha256": _digest_of(document_sha256),
    }
    _refuse_own(by, facts["subject"])
    with transaction.atomic():
        _refuse_alone(by, facts["subject"], now)
        _refuse_again(facts, now)
        hold = _new(by, facts, now)
        _record("proposed", hold, by, now)
    return hold


def _refuse_alone(by: User, subject: str, now: datetime) -> None:
    """One person alone must not hold anything for good, week after week; what they took back counts as well."""
    alone = LegalHold.objects.filter(subject=subject, proposed_by=by, confirmed_at__isnull=True)
    if alone.filter(proposed_at__range=(now - HELD_FOR, now - CONFIRMED_WITHIN)).exists():
        sentence = _("Nobody confirmed your last hold of this: somebody else has to propose it now.")
        raise Refusal("hold_lapsed", sentence, status=403)


def _refuse_again(facts: dict[str, str], now: datetime) -> None:
    subject, case, paper = facts["subject"], facts["case"], facts["document_sha256"]
    same = Q(confirmed_at__isnull=True) | Q(document_sha256=paper)
    if standing(now).filter(same, subject=subject, case=case).exists():
        raise _stands()
    used = LegalHold.objects.filter(subject=subject, document_sha256=paper, confirmed_at__isnull=False)
    if used.exists():
        sentence = _("This was held by that paper before: to hold it again takes another one.")
        raise Refusal("hold_renewal", sentence)


def _new(by: User, facts: dict[str, str], now: datetime) -> LegalHold:
    try:
        with transaction.atomic():
            return LegalHold.objects.create(
                **facts, proposed_by=by, proposed_at=now, ends_at=now + CONFIRMED_WITHIN
            )
    except IntegrityError as error:
        raise _stands() from error


def _stands() -> Refusal:
    return Refusal("hold_stands", _("This is held for the same proceedings already."))


def _subject_of(text: str) -> str:
    found = named(text)
    if found is None:
        sentence = _("Name an account, a work or a case that exists, such as work:8Z0K3ABCDE.")
        raise Refusal("hold_subject", sentence, status=422)
    return found


def _case_of(text: str) -> str:
    case = text.strip()
    if not _CASE.fullmatch(case):
        sentence = _("Name the proceedings by their number: letters, digits, spaces and - . : / ( ) alone.")
        raise Refusal("hold_case", sentence, status=422)
    return case


def _digest_of(text: str) -> str:
    digest = text.strip().lower()
    if not _SHA256.fullmatch(digest):
        sentence = _("Give the SHA-256 of the paper that asks for it: 64 digits from 0 to f.")
        raise Refusal("hold_document", sentence, status=422)
    return digest


def confirm(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Let a proposed hold stand for :data:`HELD_FOR`, unless two people lift it.

    Refused with ``same_person``, ``own_account``, ``wrong_state``, and with ``third_person`` where these two set it :data:`MOST_BY_TWO` times before.
    """
    now = now or timezone.now()
    _require_second(by, hold.proposed_by_id)
    _require_third(by, hold)
    waiting = standing(now).filter(confirmed_at__isnull=True)
    _step("confirmed", waiting, hold, by, now, confirmed_by=by, confirmed_at=now, ends_at=now + HELD_FOR)


def withdraw(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Take back what one proposed oneself and nobody confirmed: it does not hold any more. Refused with ``not_proposer``, ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    require_proposer(by, hold.proposed_by_id)
    waiting = standing(now).filter(confirmed_at__isnull=True)
    _step("proposal_withdrawn", waiting, hold, by, now, withdrawn_at=now)


def ask_to_lift(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Ask for a hold to be lifted. Refused with ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    unasked = _unlifted().filter(lift_asked_at__isnull=True)
    _step("lift_asked", unasked, hold, by, now, lift_asked_by=by, lift_asked_at=now)


def lift(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Lift a hold that somebody else asked to lift. Refused with ``same_person``, ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    _require_second(by, hold.lift_asked_by_id)
    asked = _unlifted().filter(lift_asked_at__isnull=False)
    _step("lifted", asked, hold, by, now, lifted_by=by, lifted_at=now)


def keep(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Turn down what somebody asked: the hold stands on. Refused with ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    asked = _unlifted().filter(lift_asked_at__isnull=False)
    _step("kept", asked, hold, by, now, lift_asked_by=None, lift_asked_at=None)


def _unlifted() -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(lifted_at__isnull=True, withdrawn_at__isnull=True)


def _step(
    event: str, unmoved: QuerySet[LegalHold], hold: LegalHold, by: User, now: datetime, **changes: object
) -> None:
    _refuse_own(by, hold.subject)
    with transaction.atomic():
        move_on(hold, unmoved, _("Meanwhile this hold has changed: look at it again."), **changes)
        _record(event, hold, by, now)


def _require_second(by: User, other: int | None) -> None:
    require_second(by, other, _("Somebody else has to agree: two people set a hold, and two lift it."))


def _require_third(by: User, hold: LegalHold) -> None:
    """Two people alone must not hold anything for good, year after year."""
    set_before = LegalHold.objects.filter(subject=hold.subject, confirmed_at__isnull=False)
    pairs = list(set_before.values_list("proposed_by", "confirmed_by"))
    known = {person for pair in pairs for person in pair}
    if len(pairs) >= MOST_BY_TWO and {by.pk, hold.proposed_by_id} <= known:
        sentence = _(
            "The same people have held this for long: one of the two who set it now has to be new to it."
        )
        raise Refusal("third_person", sentence, status=403)


def _refuse_own(by: User, subject: str) -> None:
    sentence = _("Nobody decides about their own account or works, or what they complained of.")
    require_none(by, holders_of(subject), sentence, code="own_account")


def _record(event: str, hold: LegalHold, by: User, now: datetime) -> None:
    body: dict[str, JSON] = {
        "subject": hold.subject,
        "case": hold.case,
        "document_sha256": hold.document_sha256,
        "ends_at": hold.ends_at.isoformat(),
    }
    log.append(kind=f"hold.{event}", subject=hold.log_subject, body=body, by=by, now=now)
