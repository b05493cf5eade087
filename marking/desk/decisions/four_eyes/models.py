"""Proposals that wait for a second person."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.proposals.models import Proposed, by_two
from marking.desk.cases.actions import Action


class Proposal(Proposed):
    """One decision in a case, as somebody proposes it. ``payload`` is sealed under the key of the case.

    ``is_confirmed``: None while it waits, and where its proposer took it back.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey("marking.Case", on_delete=models.PROTECT, related_name="proposals")
    action = models.CharField(max_length=12, choices=[(each.value, each.value) for each in Action])
    payload = models.BinaryField(null=True)
    is_confirmed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["proposed_at", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at__isnull=True), name="one_open_proposal_in_a_case"
            ),
            models.CheckConstraint(
                name="proposal_is_decided_by_a_second_person",
                condition=by_two(
                    waiting=Q(is_confirmed__isnull=True, decided_at__isnull=True),
                    withdrawn=Q(is_confirmed__isnull=True, decided_at__isnull=False),
                ),
            ),
            models.CheckConstraint(
                name="proposal_is_of_an_action", condition=Q(action__in=[each.value for each in Action])
            ),
        ]

    def __str__(self) -> str:
        return f"proposal to {self.action} in {self.case}"
