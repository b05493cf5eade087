"""What happens to real names by itself, beside the requests."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.identity import asking, duplicates, keeping, rechecking, redacting

MOST_AT_ONCE = 20
MOST_RECHECKED = 500


@shared_task(name="accounts.identity.tasks.look_after_vault", ignore_result=True)
def look_after_vault() -> None:
    """Erase and sweep. For the keeper alone (the settings name its queue): no other process may read the vault's table."""
    now = timezone.now()
    keeping.forget(now)
    keeping.settle(now)


@shared_task(name="accounts.identity.tasks.ask")
def ask(pk: int) -> None:
    """Ask a provider one question."""
    asking.ask(pk, timezone.now())


@shared_task(name="accounts.identity.tasks.sweep")
def sweep() -> None:
    """Ask what is due, and have erased what providers hold of visits that ended."""
    now = timezone.now()
    asking.sweep(now, MOST_AT_ONCE)
    redacting.sweep(now, MOST_AT_ONCE)


@shared_task(name="accounts.identity.tasks.recheck")
def recheck() -> None:
    """End the names that are due to be checked again, tell of those that soon are, and of documents claimed twice."""
    now = timezone.now()
    rechecking.sweep(now, MOST_RECHECKED)
    duplicates.sweep(now, MOST_RECHECKED)
