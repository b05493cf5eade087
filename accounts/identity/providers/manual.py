"""Leaves the decision to the operator's staff."""

from __future__ import annotations

from accounts.identity.providers.protocol import ClaimFacts, Outcome, Result


class ManualProvider:
    """Answers nothing itself: the claim waits in the review queue."""

    name = "manual"

    def submit(self, facts: ClaimFacts) -> Outcome:
        return Outcome(Result.PENDING)
