from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultStoreConfig(AppConfig):
    """What lies in the vault's own database. An app of its own, so that it has migrations of its own."""

    name = "accounts.vault.store"
    label = "vault"
    verbose_name = _("Vault")
    default_auto_field = "django.db.models.BigAutoField"
