"""What was decided about a person, and who opened their sealed identity, as far as they were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.elevation.contents import content_of
from accounts.elevation.models import ConcernedPerson
from accounts.elevation.queries import accesses_to, reviews_of
from accounts.own_data.rooms import Part, register
from accounts.reasons.documents import document_of
from accounts.reasons.queries import statements_of
from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import told_to
from accounts.sanctions.reasoning import reasons_of
from accounts.vault.wrapped_key import Damaged, Erased

if TYPE_CHECKING:
    from accounts.users.models import User

_OF_A_SANCTION = ("pk", "step", "state", "days", "begins_at", "ends_at", "lifted_at", "statement")


def register_all() -> None:
    """Name what was decided."""
    register("decisions", _("What was decided about you, and who opened your identity"), decisions)


def decisions(user: User) -> Iterator[Part]:
    """Sanctions and statements with their reasons, openings that the person was told of, and when reviewers read their claims.

    Who of the staff decided is not in it.
    """
    yield Part("sanctions", [_sanction(each) for each in told_to(user)])
    yield Part("reasons", [document_of(each) for each in statements_of(user)])
    yield Part("accesses", [_access(each) for each in accesses_to(user)])
    reviews = reviews_of(user)
    yield Part("reviews", [{"claimant": each.subject, "at": each.at} for each in reviews])


def _sanction(sanction: Sanction) -> dict[str, Any]:
    reasons = reasons_of(sanction)
    return {
        **{name: getattr(sanction, name) for name in _OF_A_SANCTION},
        "functions": sorted(sanction.limited),
        "reasons": asdict(reasons) if reasons else None,
    }


def _access(concerned: ConcernedPerson) -> dict[str, Any]:
    """What the page of accesses shows: who asked, who approved and who looked are told there, too."""
    elevation = concerned.elevation
    approvers = (elevation.first_approver, elevation.second_approver)
    return {
        "reference": elevation.reference,
        "asker": elevation.asker.producer_id,
        "approvers": [each.producer_id for each in approvers if each is not None],
        "opened_at": elevation.opened_at,
        "ends_at": elevation.ends_at,
        "told_at": concerned.told_at,
        "looks": [{"at": each.at, "viewer": each.viewer.producer_id} for each in concerned.viewings.all()],
        "asked": _asked(concerned),
    }


def _asked(concerned: ConcernedPerson) -> dict[str, Any] | None:
    """What was asked for, but not about whom else; None once it is erased."""
    try:
        asked = content_of(concerned.elevation).asked
    except (Erased, Damaged):
        return None
    return {
        "fields": sorted(asked.fields),
        "basis": asked.basis.value,
        "reason": asked.reason,
        "about": asked.about,
        "document_sha256": asked.document_sha256,
        "gag_reason": asked.gag_reason,
    }
