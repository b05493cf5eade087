"""What the worker does for the desk."""

from __future__ import annotations

from celery import shared_task

from marking.desk import sweeping
from marking.desk.cases import mail


@shared_task(name="marking.desk.tasks.mail_receipt")
def mail_receipt(pk: int) -> None:
    """Mail one receipt."""
    mail.mail_receipt(pk)


@shared_task(name="marking.desk.tasks.mail_answer")
def mail_answer(pk: int) -> None:
    """Mail that one answer can be read."""
    mail.mail_answer(pk)


@shared_task(name="marking.desk.tasks.sweep")
def sweep() -> None:
    """Do to the cases what time asks for."""
    sweeping.sweep()
