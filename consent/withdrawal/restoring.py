"""Undoing a withdrawal that was not meant, or not the person's own: by their signature, while the files are still here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent import clock
from consent.grants.lifecycle import move
from consent.grants.models import Grant
from consent.grants.services import give
from consent.history.services import note
from consent.scope import GrantState, Proof
from consent.scope.documents import read_scope
from consent.uses import ending
from consent.uses.lifecycle import people_told
from consent.uses.models import DepictedPerson, Use
from consent.uses.queries import with_renewed, with_shared
from consent.uses.states import UseState

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def restore(
    by: User, grant: Grant, facts: Mapping[str, JSON], proof: Proof, *, now: datetime | None = None
) -> Grant:
    """Give what ``grant`` granted anew, and take live again what it had kept there. Return the new grant.

    A withdrawn grant never comes back: this one renews it, under evidence of its own, and with what was used of it. Whoever calls has
    checked the signature in ``facts``. Refused with ``not_yours`` for anybody but who could withdraw it, ``proof_too_weak`` below a
    signature, ``not_withdrawn``, ``restored_already``, and as :func:`~consent.grants.services.give` does, with ``term_invalid`` where
    its time is over meanwhile. What cannot come back, since its files are deleted or somebody else in it ended it, stays dark.
    """
    _require_right(by, grant, proof)
    now = clock.now(now)
    with transaction.atomic():
        held = with_shared(grant)
        _require_withdrawn(held)
        uses = ending.hold(held)
        new = give(
            person=held.person, grantee=held.grantee, guardian=held.guardian, scope=read_scope(held.scope),
            proof=proof, facts=facts, renews=held, restores=True, now=now,
        )  # fmt: skip
        if new.consumed == new.outputs:
            move(new, GrantState.EXHAUSTED, by=by, now=now)
        _hand_over(uses, held, new, by, now)
        ending.bring_back(uses, by=by, now=now)
    return new


def _require_right(by: User, grant: Grant, proof: Proof) -> None:
    if by.pk not in (grant.person_id, grant.guardian_id):
        sentence = _("Only the person who gave this consent can restore it.")
        raise Refusal("not_yours", sentence, status=403)
    if proof.rank < Proof.SIGNED.rank:
        sentence = _("A withdrawal is undone only by the person's signature.")
        raise Refusal("proof_too_weak", sentence, status=403)


def _require_withdrawn(grant: Grant) -> None:
    if grant.state != GrantState.WITHDRAWN:
        raise Refusal("not_withdrawn", _("This consent was not withdrawn: there is nothing to restore."))
    if grant.renewals.exists():
        raise Refusal("restored_already", _("This consent was restored or renewed already."))


def _hand_over(uses: list[Use], old: Grant, new: Grant, by: User, now: datetime) -> None:
    """Let the uses that were live under ``old``, or under what it renewed, stand under ``new``."""
    dark = [use for use in uses if use.state == UseState.CUT_OFF]
    DepictedPerson.objects.filter(use__in=dark, grant__in=with_renewed(old)).update(
        grant=new, grant_version=new.version
    )
    for use in dark:
        body: dict[str, JSON] = {"subject": use.subject, **people_told(use)}
        note(use.log_subject, "handed_over", by=by, person=use.owner, now=now, body=body)
