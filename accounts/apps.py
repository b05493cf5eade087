from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who acts, and what was recorded."""

    name = "accounts"
    verbose_name = _("Accounts and records")
