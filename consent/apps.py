from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Who may use whose likeness, for what."""

    name = "consent"
    verbose_name = _("Consent")

    def ready(self) -> None:
        """Make receipts whenever a grant is given or changes."""
        from consent.receipts.services import on_change
        from consent.signals import grant_changed, grant_given

        for signal in (grant_given, grant_changed):
            signal.connect(on_change, dispatch_uid="consent.receipts")
