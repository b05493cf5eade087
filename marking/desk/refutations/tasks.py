"""What the worker does for refutations."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from marking.desk.refutations import reasoning, telling
from marking.desk.refutations.models import RefutationVersion
from marking.desk.refutations.states import VersionState

TOLD_AGAIN_WITHIN = timedelta(days=1)
"""How long after its publication a note is looked at again, for those whom a lost message left out."""


@shared_task(name="marking.desk.refutations.tasks.tell")
def tell(pk: int) -> None:
    """Tell people of one version."""
    telling.tell(pk)


@shared_task(name="marking.desk.refutations.tasks.sweep")
def sweep() -> None:
    """State reasons to whoever uploaded the same again, and tell whoever was not told yet."""
    reasoning.state_of_uploaded_again(now=timezone.now())
    recent = RefutationVersion.objects.filter(
        state=VersionState.PUBLISHED, decided_at__gte=timezone.now() - TOLD_AGAIN_WITHIN
    )
    for pk in recent.values_list("pk", flat=True)[:100]:
        telling.tell(pk)
