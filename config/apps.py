from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root. An app only so that Django finds its commands; it has no models."""

    name = "config"

    def ready(self) -> None:
        from config import checks
        from config.celery import app

        app.set_default()
        checks.register()
