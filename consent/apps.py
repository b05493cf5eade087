from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Who may use whose likeness, for what."""

    name = "consent"
    verbose_name = _("Consent")
