"""The Celery application: ``celery -A config.celery worker``."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yinji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "accounts.api",
        "consent.statements",
        "accounts.records",
        "accounts.notices",
        "accounts.notices.webhooks",
        "marking.works",
        "marking.unlabelled",
        "marking.verification",
        "marking.desk",
        "config",
    ],
    related_name="tasks",
)
