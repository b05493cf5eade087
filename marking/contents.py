"""What works and the desk keep of people in rows, and when its time is over.

The text of a case has had its end before there was this room: :mod:`marking.desk.sweeping` erases it three years after the closing.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.retention.contents import Content, register
from marking.desk.appeals.models import Appeal
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.states import LIVE


def _keepers_of_appeal(appeal: Appeal) -> Iterator[str]:
    yield appeal.log_subject
    yield f"{appeal.kind}:{appeal.reference}"
    if appeal.appellant is not None:
        yield f"user:{appeal.appellant.producer_id}"


def _keepers_of_copy(copy: UnlabelledCopy) -> Iterator[str]:
    yield f"work:{copy.work.code}"
    yield f"user:{copy.requested_by.producer_id}"


APPEALS = Content(
    name="appeals",
    kept="complaints",
    model=Appeal,
    blank={"wrapped_key": None, "text": None, "reasons": None},
    ended_at=F("decided_at"),
    keepers=_keepers_of_appeal,
    only=Q(wrapped_key__isnull=False),
    joined=("appellant",),
    stays="against what, when it was filed, when it was decided by whom, and how",
)
PURPOSES = Content(
    name="purposes",
    kept="unlabelled",
    model=UnlabelledCopy,
    blank={"purpose": b""},
    ended_at=Coalesce("last_sent_at", "requested_at"),
    keepers=_keepers_of_copy,
    only=~Q(state__in=sorted(LIVE)),
    joined=("work", "requested_by"),
    called=lambda copy: f"unlabelled_copy:{copy.pk}",
    stays="who was given which work without its visible label, when, and the digest of the file",
)


def register_all() -> None:
    """Let what works and the desk keep come to its end."""
    register(APPEALS, PURPOSES)
