"""Putting an identity into the vault. Any process can; none but the keeper can take one out (:mod:`accounts.vault.keeper`).

The rows are only ever inserted here, so that a database role without SELECT on the vault's table can deposit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.vault.fields import Field
from accounts.vault.key_files import sealing_keys
from accounts.vault.opening import KEY_BYTES
from accounts.vault.store.models import SealedIdentity
from accounts.vault.wrapped_key import seal_with

UNSETTLED_FOR_HOURS = 1
"""For so long the change that a deposit belongs to may take to be committed; no request and no job runs that long."""


def deposit(reference: UUID, values: Mapping[Field, str], *, now: datetime | None = None) -> UUID:
    """Seal ``values`` for the opening key and store them under ``reference``; empty ones are left out.

    Answers the number of the deposit, which the claim keeps when its change is committed. A deposit that no claim
    names is swept, so that calling this again after a crash is safe. Refused with ``vault_unavailable``.
    """
    row = SealedIdentity(deposit=uuid4(), reference=reference, deposited_at=now or timezone.now())
    fill(row, values)
    try:
        row.save(force_insert=True)
    except DatabaseError as error:
        sentence = _("Names cannot be stored at the moment; nothing was changed. Try again later.")
        raise Refusal("vault_unavailable", sentence, status=503) from error
    return row.deposit


def fill(row: SealedIdentity, values: Mapping[Field, str]) -> None:
    """Seal ``values`` under a new key in ``row``, which is not saved."""
    key, sealing = secrets.token_bytes(KEY_BYTES), sealing_keys()[0]
    row.opening_key_id = sealing.id
    row.wrapped_key = sealing.seal(key, context=context(row, "key"))
    for field in Field:
        value = values.get(field, "")
        setattr(row, column(field), seal_with(key, value, context=context(row, field)) if value else b"")


def column(field: Field) -> str:
    """The column that holds ``field``."""
    return f"sealed_{field}"


def context(row: SealedIdentity, place: str) -> str:
    """What a sealed value is bound to: its row and its column."""
    return f"vault.{place}:{row.reference}:{row.deposit}"
