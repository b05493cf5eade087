from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarkingConfig(AppConfig):
    """What is marked, how, and can anyone tell."""

    name = "marking"
    verbose_name = _("Marking")
