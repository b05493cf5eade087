from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Who may use whose likeness, for what."""

    name = "consent"
    verbose_name = _("Consent")

    def ready(self) -> None:
        """Listen to erasures, and have the grants compared with the log."""
        from accounts.records import deep
        from accounts.users.signals import account_erasing
        from consent.grants.audit import mismatches
        from consent.withdrawal.erasure import on_erasure

        account_erasing.connect(on_erasure, dispatch_uid="consent.withdrawal.erasure")
        deep.register("consent.grants", mismatches)
