"""The names of children, for those who act for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.identity.claim_vault import name_of
from accounts.identity.queries import open_claim_of
from accounts.vault.sealing import Erased

if TYPE_CHECKING:
    from accounts.users.models import User


def name_of_ward(ward: User) -> str:
    """The child's name for whoever acts for it; empty once it is erased or turned down."""
    claim = open_claim_of(ward)
    try:
        return name_of(claim) if claim else ""
    except Erased:
        return ""
