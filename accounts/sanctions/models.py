"""What was done to accounts, by whom, for how long and why."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.proposals.models import Proposed, by_two, somebody
from accounts.sanctions.states import Function, SanctionState, Step, read_functions

_NEVER_BEGUN = ["proposed", "declined", "withdrawn"]


def _choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in values]


class Sanction(Proposed):
    """One measure against an account.

    ``functions``: those of a limit, as :func:`~accounts.sanctions.states.write_functions` has them. ``days``: how long it lasts from its
    beginning; None for a closure alone. ``needs_second``: whether it is a proposal until somebody else confirms it. ``about``: what led to
    it, as the record log calls it (``case:…``, ``work:…``), or "". ``reasons``: sealed for the account. ``statement``: number of its statement
    of reasons; "" where none was written. ``end_told_at``: when its holder was told that its time is over. ``emptied_at``: when ``reasons``
    were let go of, years after its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sanctions")
    step = models.CharField(max_length=8, choices=_choices(Step))
    functions = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=_choices(SanctionState))
    about = models.CharField(max_length=48, blank=True)
    reasons = models.BinaryField()
    statement = models.CharField(max_length=40, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_second = models.BooleanField(default=False)

    begins_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = somebody()
    end_told_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "pk"]
        indexes = [models.Index(fields=["user", "state"], name="sanction_by_account")]
        constraints = [
            models.CheckConstraint(
                name="sanction_functions_are_of_a_limit",
                condition=(Q(step="limit") & ~Q(functions="")) | (~Q(step="limit") & Q(functions="")),
            ),
            models.CheckConstraint(
                name="sanction_ends_but_a_closure",
                condition=Q(step="close", days__isnull=True) | (~Q(step="close") & Q(days__gte=1)),
            ),
            models.CheckConstraint(
                name="sanction_has_its_times",
                condition=Q(state__in=_NEVER_BEGUN, begins_at__isnull=True, ends_at__isnull=True)
                | Q(state__in=["in_force", "lifted"], begins_at__isnull=False)
                & (
                    Q(step="close", ends_at__isnull=True) | (~Q(step="close") & Q(ends_at__gt=F("begins_at")))
                ),
            ),
            models.CheckConstraint(
                name="sanction_of_two_has_two",
                condition=Q(needs_second=False, decided_by__isnull=True, decided_at__isnull=True)
                & ~Q(state__in=_NEVER_BEGUN)
                | Q(needs_second=True) & by_two(waiting=Q(state="proposed"), withdrawn=Q(state="withdrawn")),
            ),
            models.CheckConstraint(
                name="sanction_closure_needs_two", condition=~Q(step="close") | Q(needs_second=True)
            ),
            models.CheckConstraint(
                name="sanction_is_by_others",
                condition=~Q(proposed_by=F("user"))
                & (Q(decided_by__isnull=True) | ~Q(decided_by=F("user")))
                & (Q(lifted_by__isnull=True) | ~Q(lifted_by=F("user"))),
            ),
            models.CheckConstraint(
                name="sanction_lifted_has_a_time",
                condition=Q(state="lifted", lifted_at__isnull=False, lifted_by__isnull=False)
                | (~Q(state="lifted") & Q(lifted_at__isnull=True, lifted_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="sanction_emptied_has_no_reasons",
                condition=Q(emptied_at__isnull=True) | Q(reasons=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.user_id}"

    @property
    def limited(self) -> frozenset[Function]:
        """What the account is kept from while this is in force."""
        if self.step == Step.LIMIT:
            return read_functions(self.functions)
        return frozenset() if self.step == Step.WARN else frozenset(Function)

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"sanction:{self.pk}"

    @property
    def reasons_context(self) -> str:
        """What the reasons are bound to, so that they open from no other row."""
        return f"sanction.reasons:{self.pk}"
