"""Takes the person's word: the form was checked, the identity was not."""

from __future__ import annotations

from datetime import datetime

from accounts.identity.levels import Level
from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, HoldsNothing


class LocalProvider(HoldsNothing):
    """Accepts every well-formed document at the lowest level, which no setting can raise."""

    name = "local"
    is_outside = False

    def can_judge(self, facts: ClaimFacts) -> bool:
        return True

    def check(self, facts: ClaimFacts, now: datetime) -> Answer:
        return Answer(Finding.MATCH, self.name, "form", now, Level.SELF_ASSERTED)
