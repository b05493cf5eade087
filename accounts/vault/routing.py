"""Which database holds what: the vault's own tables lie in ``vault``, everything else in ``default``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models

VAULT = "vault"
"""The alias of the database and the label of the one app that lives in it."""

_PLACE = ("ENGINE", "HOST", "PORT", "NAME")


class VaultRouter:
    """Django's database router. Migrations that run SQL or Python ask it, too, before they run."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return VAULT if model._meta.app_label == VAULT else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return self.db_for_read(model)

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool | None:
        return (first._meta.app_label == VAULT) == (second._meta.app_label == VAULT)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return belongs(app_label, db, settings.DATABASES)


def belongs(app_label: str, alias: str, databases: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the tables of an app are made in ``alias``.

    Two aliases of one database share its list of migrations: what one of them left out would never be made.
    """
    return (alias == VAULT) == (app_label == VAULT) or is_shared(databases)


def is_shared(databases: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether both aliases name one database, so that whoever reads one reads both."""
    first, second = databases["default"], databases[VAULT]
    return all(str(first.get(name) or "") == str(second.get(name) or "") for name in _PLACE)
