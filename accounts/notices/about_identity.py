"""Telling people what becomes of their real names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind
from accounts.notices.services import notify

ENDING = Kind(
    "identity.ending",
    _("Your real name must be checked again"),
    _(
        "Your real name was accepted long ago. Renew it before %(date)s; from then on nothing can be published under it."
    ),
    url_name="identity:renew",
    is_required=True,
    open_params=("date",),
)
ENDED = Kind(
    "identity.ended",
    _("Your real name is not accepted any more"),
    _("Your real name has to be checked again. Until it is accepted nothing can be marked for release."),
    url_name="identity:page",
    is_required=True,
)
CLAIMED_AGAIN = Kind(
    "identity.claimed_again",
    _("Somebody else claims your document"),
    _(
        "Somebody else gave the document under which you are verified as theirs. The staff looks at it; was it not you, change your password."
    ),
    url_name="identity:page",
    is_required=True,
)


def on_claimed_again(sender: object, claim: Any, now: datetime, **kwargs: object) -> None:
    """Tell the holder of a document that it is claimed again (:data:`accounts.identity.signals.identity_claimed_again`)."""
    notify(user=claim.user, kind=CLAIMED_AGAIN.code, subject=_subject(claim), params={}, now=now)


def on_ending(sender: object, claim: Any, now: datetime, **kwargs: object) -> None:
    """Tell the holder until when a claim stands (:data:`accounts.identity.signals.identity_ending`)."""
    date = timezone.localdate(claim.recheck_at).isoformat()
    notify(user=claim.user, kind=ENDING.code, subject=_subject(claim), params={"date": date}, now=now)


def on_ended(sender: object, claim: Any, now: datetime, **kwargs: object) -> None:
    """Tell the holder that a claim ended (:data:`accounts.identity.signals.identity_ended`)."""
    notify(user=claim.user, kind=ENDED.code, subject=_subject(claim), params={}, now=now)


def _subject(claim: Any) -> str:
    return f"identity:{claim.reference}"
