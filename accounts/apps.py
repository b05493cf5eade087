from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.users.signals import account_erasing


class AccountsConfig(AppConfig):
    """Who acts, and what was recorded."""

    name = "accounts"
    verbose_name = _("Accounts and records")

    def ready(self) -> None:
        """Listen to erasures."""
        from accounts.notices.erasure import on_erasure

        account_erasing.connect(on_erasure, dispatch_uid="accounts.notices.erasure")
