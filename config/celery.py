"""The Celery application: ``celery -A config.celery worker``."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yinji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "accounts.api",
        "accounts.elevation",
        "accounts.identity",
        "accounts.leaving",
        "accounts.notices",
        "accounts.notices.webhooks",
        "accounts.own_data",
        "accounts.records",
        "accounts.retention",
        "accounts.sanctions",
        "config",
        "consent.answers",
        "consent.guardians",
        "consent.requests",
        "consent.statements",
        "consent.withdrawal",
        "marking.consenting",
        "marking.desk",
        "marking.desk.appeals",
        "marking.desk.refutations",
        "marking.unlabelled",
        "marking.verification",
        "marking.works",
    ],
    related_name="tasks",
)


def import_pages(**kwargs: Any) -> None:
    """Import every page, as the first address does, before a job does it in a transaction that others wait for."""
    reverse("verification:home")


worker_init.connect(import_pages)
