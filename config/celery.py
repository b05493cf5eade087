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
        "consent.requests",
        "consent.answers",
        "marking.works",
        "marking.unlabelled",
        "marking.verification",
        "marking.desk",
        "marking.consenting",
        "consent.withdrawal",
        "consent.guardians",
        "config",
    ],
    related_name="tasks",
)
