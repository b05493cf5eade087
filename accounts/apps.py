from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.users.signals import account_erasing


class AccountsConfig(AppConfig):
    """Who acts, and what was recorded."""

    name = "accounts"
    verbose_name = _("Accounts and records")

    def ready(self) -> None:
        """Listen to sign-ups and erasures; let webhooks hear of notices."""
        from allauth.account.signals import user_signed_up

        from accounts.notices import erasure, kinds
        from accounts.notices.preferences import on_sign_up
        from accounts.notices.signals import notice_written
        from accounts.notices.webhooks import erasure as webhook_erasure
        from accounts.notices.webhooks.kinds import DISABLED
        from accounts.notices.webhooks.messages import on_notice

        kinds.register(DISABLED)
        user_signed_up.connect(on_sign_up, dispatch_uid="accounts.notices.preferences")
        notice_written.connect(on_notice, dispatch_uid="accounts.notices.webhooks")
        account_erasing.connect(erasure.on_erasure, dispatch_uid="accounts.notices.erasure")
        account_erasing.connect(webhook_erasure.on_erasure, dispatch_uid="accounts.notices.webhooks.erasure")
