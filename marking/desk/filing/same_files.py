"""Works of the same picture as one that somebody withdrew from: a case for the staff where nothing of that person allows them."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from consent.uses.allowing import people_allowing
from consent.uses.queries import people_of
from marking.desk.cases.kinds import Kind
from marking.desk.filing.services import Complaint, file_case
from marking.works.gate import subject_of
from marking.works.models import Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_AT_ONCE = 50
"""Cases that one withdrawal opens at the most; the same picture many more times is one question."""


def ask_about(dark: Work, *, now: datetime) -> int:
    """File a case for every released work of the same file as ``dark`` that not everybody who was shown there allows. Return how many there are.

    Another grant of the same person keeps such a work: it was given by itself, and ends by itself. Nothing is taken down here, since
    who is shown in it was never said. Safe to call twice: the second time it is the same cases.
    """
    shown = people_of(subject_of(dark))
    asked = [
        work for work in _same_as(dark) if not shown or not shown <= people_allowing(subject_of(work), now)
    ]
    for work in asked:
        _file(work, dark, now)
    return len(asked)


def _same_as(dark: Work) -> Iterable[Work]:
    """Released works that were uploaded as the same file, or as the file that was released of it."""
    same = Q(source_sha256=dark.source_sha256) | Q(source_sha256=dark.marked_sha256)
    released = Work.objects.filter(same, state=WorkState.RELEASED).exclude(pk=dark.pk)
    return released.order_by("pk")[:MOST_AT_ONCE]


def _file(work: Work, dark: Work, now: datetime) -> None:
    sentence = _(
        "This work was made of the same file as the work %(work)s, from which somebody shown withdrew their consent. "
        "No consent of theirs covers this one: look whether it shows them."
    )
    complaint = Complaint(_token(work, dark), Kind.NO_CONSENT, sentence % {"work": dark.code}, work=work)
    file_case(complaint, now=now)


def _token(work: Work, dark: Work) -> str:
    """The same for the same two works and the same end, and nobody else's to guess."""
    secret = bytes.fromhex(settings.KEYS.blind_index_key)
    about = f"same file:{work.code}:{dark.code}:{dark.consent_ended_at}"
    return hmac.new(secret, about.encode(), sha256).hexdigest()[:32]
