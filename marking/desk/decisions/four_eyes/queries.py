"""Reading proposals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from accounts.vault.wrapped_key import unseal_under
from marking.desk.decisions.four_eyes.models import Proposal

if TYPE_CHECKING:
    from marking.desk.cases.models import Case


def open_proposal(case: Case) -> Proposal | None:
    """What waits for a second person in ``case``; there is one at most."""
    found = Proposal.objects.filter(case=case, decided_at__isnull=True)
    return found.select_related("case", "proposed_by").first()


def is_erased(proposal: Proposal) -> bool:
    """Whether nobody can read any more what was proposed: it went with the content of its case."""
    return proposal.payload is None or proposal.case.wrapped_key is None


def payload_of(proposal: Proposal) -> dict[str, Any]:
    """What is proposed, as its action takes it. Raises Erased or Damaged (:mod:`accounts.vault.wrapped_key`)."""
    opened = unseal_under(proposal.case.wrapped_key, proposal.payload or b"", context=place(proposal))
    found: dict[str, Any] = json.loads(opened)
    return found


def place(proposal: Proposal) -> str:
    """What a payload is bound to, so that it opens nowhere else."""
    return f"proposal.payload:{proposal.reference}"
