"""Moving a grant from state to state, with its history and its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.grants.models import Grant
from consent.grants.states import STANDING, may_move
from consent.history.services import note
from consent.scope import GrantState, Proof

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def move(
    grant: Grant,
    new: GrantState,
    *,
    by: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
    **changes: Any,
) -> None:
    """Take ``grant`` to ``new`` by one conditional UPDATE. Call it in a transaction.

    Refused with ``wrong_state`` where there is no such way, or where somebody else moved it before.
    """
    old = GrantState(grant.state)
    ends = {"ended_at": now} if new not in STANDING else {}
    cleared = {"suspended_because": ""} if old is GrantState.SUSPENDED else {}
    unmoved = Grant.objects.filter(pk=grant.pk, state=old)
    if not may_move(old, new) or not unmoved.update(
        state=new, version=F("version") + 1, **{**cleared, **ends, **changes}
    ):
        raise Refusal("wrong_state", _("Meanwhile this consent has changed: look at it again."))
    # Only what changed: the people beside it stay loaded.
    grant.refresh_from_db(fields=["state", "version", *cleared, *ends, *changes])
    enter(grant, by=by, now=now, body={"was": old, **(body or {})})


def enter(grant: Grant, *, by: User | None, now: datetime, body: Mapping[str, JSON] | None = None) -> None:
    """Write into the history and the log that ``grant`` is in its state now."""
    facts: dict[str, JSON] = {
        "version": grant.version,
        "scope_sha256": grant.scope_sha256,
        "vocabulary": grant.vocabulary,
        **_proven(grant),
        **(body or {}),
    }
    note(grant.log_subject, GrantState(grant.state), by=by, person=grant.person, now=now, body=facts)


def _proven(grant: Grant) -> dict[str, JSON]:
    """By what ``grant`` was given. One whose evidence is gone can still be ended, and the record says so."""
    evidence = getattr(grant, "evidence", None)
    if evidence is None:
        return {"proof": str(Proof.CLAIMED), "evidence_sha256": "none_found"}
    return {"proof": evidence.proof, "evidence_sha256": evidence.sha256}
