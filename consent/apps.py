from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Who may use whose likeness, for what."""

    name = "consent"
    verbose_name = _("Consent")

    def ready(self) -> None:
        """Let the rooms listen to one another."""
        from accounts.users.signals import account_erasing
        from consent import signals
        from consent.requests.erasure import on_erasure
        from consent.uses import depicting

        signals.grant_given.connect(depicting.on_grant_given, dispatch_uid="consent.uses.given")
        signals.grant_changed.connect(depicting.on_grant_changed, dispatch_uid="consent.uses.changed")
        account_erasing.connect(on_erasure, dispatch_uid="consent.requests.erasure")
