"""The names of children for whom somebody acted, and when their time is over."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from accounts.guardians.models import Guardianship
from accounts.retention.contents import Content


def _keepers(guardianship: Guardianship) -> Iterator[str]:
    yield f"user:{guardianship.ward.producer_id}"
    yield f"user:{guardianship.guardian.producer_id}"


NAMES = Content(
    name="ward_names",
    kept="personal",
    model=Guardianship,
    blank={"sealed_name": b""},
    ended_at=F("ended_at"),
    keepers=_keepers,
    only=~Q(sealed_name=b""),
    joined=("ward", "guardian"),
    called=lambda guardianship: f"guardianship:{guardianship.pk}",
    stays="who acted for whom, from when to when, who confirmed it",
)
