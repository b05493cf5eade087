"""Telling the people in a use that its finished file waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.notices.services import notify
from consent.kinds import PREVIEW_WAITS
from consent.uses.models import Use


def on_preview_asked(*, use: Use, now: datetime, **kwargs: Any) -> None:
    """Tell everybody who wants to approve the file, or their guardian."""
    for place in use.people.select_related("grant__person", "grant__guardian"):
        if place.grant is not None and place.grant.scope.get("needs_preview") and not place.approved_at:
            notify(
                user=place.grant.guardian or place.grant.person,
                kind=PREVIEW_WAITS.code,
                subject=use.log_subject,
                params={},
                url_args=[str(use.reference)],
                now=now,
            )
