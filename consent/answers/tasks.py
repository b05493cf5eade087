"""What the worker does for answers."""

from __future__ import annotations

from celery import shared_task

from consent.answers.forgetting import forget


@shared_task(name="consent.answers.tasks.forget_ended")
def forget_ended() -> None:
    """Forget codes and questions that nobody can use any more."""
    forget()
