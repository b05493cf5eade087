"""What the worker does for consents to works."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from marking.consenting import previews, telling
from marking.desk.filing import same_files
from marking.works.models import Work


@shared_task(name="marking.consenting.tasks.tell")
def tell(number: int) -> None:
    """Tell those who were handed a file of one work that the consent to it ended, and staff of other works of the same file."""
    work = Work.objects.get(pk=number)
    telling.tell_downloaders(work)
    if work.files_due_at is not None:  # for good
        same_files.ask_about(work, now=timezone.now())


@shared_task(name="marking.consenting.tasks.make_preview")
def make_preview(number: int) -> None:
    """Make the small copy of one work that somebody shown in it has to see."""
    previews.make(number)
