"""What notices say, and when the time of that is over."""

from __future__ import annotations

from django.db.models import F

from accounts.notices.models import Notice
from accounts.retention.contents import Content

NOTICES = Content(
    name="notices",
    kept="personal",
    model=Notice,
    blank={"content": b""},
    ended_at=F("created_at"),
    keepers=lambda notice: [f"user:{notice.user.producer_id}", notice.subject],
    joined=("user",),
    called=lambda notice: f"notice:{notice.pk}",
    stays="that its account was told something of a kind, when, and whether it was read",
    returns=True,  # an erased account's are deleted
)
