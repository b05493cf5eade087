"""The names of children, for those who act for them. What is accepted lies in the vault, so each guardianship keeps the name it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.guardians.models import Guardianship
from accounts.identity.claim_vault import name_of
from accounts.identity.documents import check_name
from accounts.identity.queries import open_claim_of
from accounts.vault.sealing import Damaged, Erased, seal, unseal

if TYPE_CHECKING:
    from accounts.users.models import User

BATCH = 500


def name_of_ward(ward: User) -> str:
    """The child's name for whoever acts for it; empty once it is erased or turned down."""
    named = Guardianship.objects.filter(ward=ward).exclude(sealed_name=b"").order_by("pk").first()
    if named is None or open_claim_of(ward) is None:
        return ""
    try:
        return unseal(ward, named.sealed_name, context=_context(ward)).decode()
    except Erased:
        return ""


def sealed_name(ward: User, name: str) -> bytes:
    """The name of ``ward`` as its guardianship keeps it. ``name`` is one that :func:`check_name` takes."""
    return seal(ward, check_name(name), context=_context(ward))


def adopt() -> int:
    """Give the guardianships of earlier versions the names that their children's claims still hold; how many."""
    count, last = 0, 0
    while batch := list(_nameless(last)):
        count += sum(_name(guardianship) for guardianship in batch)
        last = batch[-1].pk
    return count


def _nameless(last: int) -> list[Guardianship]:
    waiting = Guardianship.objects.filter(sealed_name=b"", ended_at__isnull=True, pk__gt=last)
    return list(waiting.select_related("ward").order_by("pk")[:BATCH])


def _name(guardianship: Guardianship) -> bool:
    claim = open_claim_of(guardianship.ward)
    if claim is None or not claim.sealed_name:
        return False
    try:
        sealed = sealed_name(guardianship.ward, name_of(claim))
    except (Erased, Damaged):
        return False
    Guardianship.objects.filter(pk=guardianship.pk, sealed_name=b"").update(sealed_name=sealed)
    return True


def _context(ward: User) -> str:
    return f"guardianship.name:{ward.producer_id}"
