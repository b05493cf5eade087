"""What was only needed while somebody answered is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from consent.answers.models import MailedCode, Question

KEPT_FOR = timedelta(days=2)
"""Longer than codes of a day are counted. What a person agreed to stands in the evidence of their grant or offer."""


def forget(*, now: datetime | None = None) -> int:
    """Delete questions and codes that ended two days ago; return how many. Safe to call twice."""
    ended = {"ends_at__lte": (now or timezone.now()) - KEPT_FOR}
    return sum(model.objects.filter(**ended).delete()[0] for model in (MailedCode, Question))
