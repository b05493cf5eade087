"""What the worker does for consents to works."""

from __future__ import annotations

from celery import shared_task

from marking.consenting import previews, telling
from marking.works.models import Work


@shared_task(name="marking.consenting.tasks.tell")
def tell(number: int) -> None:
    """Tell those who were handed a file of one work that the consent to it ended."""
    telling.tell_downloaders(Work.objects.get(pk=number))


@shared_task(name="marking.consenting.tasks.make_preview")
def make_preview(number: int) -> None:
    """Make the small copy of one work that somebody shown in it has to see."""
    previews.make(number)
