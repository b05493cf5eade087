"""Where Celery looks for the root's own tasks."""

from config.health import beat

__all__ = ["beat"]
