"""What records say of who somebody was verified as, without saying it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.vault.blind_index import blind_index

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def commitment_to(claim: IdentityClaim) -> str:
    """A keyed digest of the claim, 64 hex digits: tells two apart, and nobody without the key can guess at it."""
    return blind_index("record.identity", str(claim.reference)).hex()


def reference_of(user: User) -> dict[str, JSON]:
    """How far, by whom and as whom ``user`` is verified now; empty where they are not."""
    claim = IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED).first()
    if claim is None:
        return {}
    return {"level": int(claim.level), "provider": claim.provider, "commitment": commitment_to(claim)}
