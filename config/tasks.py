"""Where Celery looks for the root's own tasks."""

from celery import shared_task

from config import held_keys
from config.health import beat

__all__ = ["beat", "tell_of_keys"]


@shared_task(name="config.tasks.tell_of_keys")
def tell_of_keys() -> None:
    """Tell the log of keys that came while the site runs."""
    held_keys.tell()
