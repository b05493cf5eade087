"""Who may not set a hold: those whom it concerns, and those who held the same for long enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.retention.kept import kept_with, related_to
from accounts.retention.models import LegalHold

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.retention.naming import Named
    from accounts.users.models import User

CONFIRMED_WITHIN = timedelta(days=7)
"""A hold that nobody else confirms within this time lapses. So long one person holds the same alone, within :data:`HELD_FOR`."""
HELD_FOR = timedelta(days=365)
"""A confirmed hold ends after this time, as the freezing of a deposit does in civil proceedings (Interpretation of the Civil Procedure Law Art. 485: one year,
and again where it is asked for before its end)."""
MOST_BY_TWO = 3
"""How often the same two may set a hold of the same: for three years, the usual limitation period (Civil Code Art. 188). Then it takes a third."""


def refuse_concerned(by: User, found: Named | None, subject: str) -> None:
    """Nobody decides about their own account, works and cases, nor about what shows them. Refused with ``own_account`` (403).

    ``found``: what ``subject`` names; None where it is not there any more.
    """
    if is_concerned(by, found, subject):
        sentence = _("Nobody decides about their own account or works, nor about what concerns them.")
        raise Refusal("own_account", sentence, status=403)


def is_concerned(by: User, found: Named | None, subject: str) -> bool:
    """Whether ``by`` owns what ``subject`` names, complained of it or by it, or is shown in it."""
    is_own = found is not None and found.owner == by
    return is_own or f"user:{by.producer_id}" in kept_with([subject])


def names_of(found: Named) -> frozenset[str]:
    """All by which the same is held.

    A work is held by its owner's account, and by each case about it; a case by its work and the others about that; an account by all that is its own.
    """
    things = _things(kept_with(_things(kept_with([found.subject]))))
    if found.owner is None:
        return frozenset({found.subject, *things})
    account = f"user:{found.owner.producer_id}"
    own = related_to(found.owner) if found.subject == account else ()
    return frozenset({found.subject, account, *things, *own})


def time_left(by: User, names: frozenset[str], now: datetime) -> timedelta:
    """For how long ``by`` may hold this alone. Refused with ``hold_lapsed`` (403) where that is no time.

    One person alone must not hold anything for good, week after week: what was taken back or declined counts for the time that it held.
    """
    alone = LegalHold.objects.filter(subject__in=names, proposed_by=by, confirmed_at__isnull=True)
    recent = alone.filter(proposed_at__gt=now - HELD_FOR).order_by("proposed_at")
    left, counted_to = CONFIRMED_WITHIN, now - HELD_FOR
    for hold in recent:
        begin, end = max(hold.proposed_at, counted_to), min(hold.ended_at, now)
        left -= max(end - begin, timedelta(0))
        counted_to = max(counted_to, end)
    if left <= timedelta(0):
        sentence = _(
            "You held this for seven days within a year without anybody confirming it: somebody else has to propose it now."
        )
        raise Refusal("hold_lapsed", sentence, status=403)
    return left


def refuse_again(facts: dict[str, str], names: frozenset[str], standing: QuerySet[LegalHold]) -> None:
    """One proposal of the same at a time, and one hold by a paper. Refused with ``hold_stands`` and ``hold_renewal``."""
    subject, paper = facts["subject"], facts["document_sha256"]
    if standing.filter(subject=subject, confirmed_at__isnull=True).exists():
        sentence = _("A hold of this is proposed already: it is confirmed, declined or taken back first.")
        raise Refusal("hold_stands", sentence)
    if standing.filter(subject=subject, case=facts["case"], document_sha256=paper).exists():
        raise Refusal("hold_stands", _("This is held for the same proceedings already."))
    # An account is more than each of its works and cases: by the paper that held one of these it can still be held.
    same = Q(subject=subject) if subject.startswith("user:") else Q(subject__in=names)
    if LegalHold.objects.filter(same, document_sha256=paper, confirmed_at__isnull=False).exists():
        sentence = _("This was held by that paper before: to hold it again takes another one.")
        raise Refusal("hold_renewal", sentence)


def is_third_needed(by: User, hold: LegalHold, names: frozenset[str]) -> bool:
    """Whether ``by`` and who proposed ``hold`` set it :data:`MOST_BY_TWO` times before, among others: two alone must not hold anything for good, year after year."""
    set_before = LegalHold.objects.filter(subject__in=names, confirmed_at__isnull=False)
    pairs = list(set_before.values_list("proposed_by", "confirmed_by"))
    known = {person for pair in pairs for person in pair}
    return len(pairs) >= MOST_BY_TWO and {by.pk, hold.proposed_by_id} <= known


def _things(subjects: frozenset[str]) -> set[str]:
    """The works and cases among ``subjects``."""
    return {each for each in subjects if each.startswith(("work:", "case:"))}
