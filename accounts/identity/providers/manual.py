"""Leaves the decision to the operator's staff."""

from __future__ import annotations

from datetime import datetime

from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, HoldsNothing, Trouble


class ManualProvider(HoldsNothing):
    """Judges nothing itself: every claim waits in the review queue."""

    name = "manual"
    is_outside = False

    def can_judge(self, facts: ClaimFacts) -> bool:
        return False

    def check(self, facts: ClaimFacts, now: datetime) -> Answer:
        return Answer(Finding.UNAVAILABLE, self.name, "review", now, trouble=Trouble.NOT_ACCEPTED)
