"""Questions to people."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from consent.requests.states import OPEN, RequestState

_OPEN = sorted(OPEN)


class Request(models.Model):
    """One question of a requester to the person behind a contact, for one scope.

    Two names: the requester knows ``reference``; what the person does goes by ``answer_reference``, in addresses and in the log,
    since the requester may not learn of it. ``subject``: what it was asked for, such as ``work:8Z0K3…``; empty ahead of any.
    ``scope`` is as :func:`consent.scope.documents.write_scope` writes it, and ``scope_sha256`` of its canonical form.
    ``sealed_name``: the person's real name as the requester knows it, under the row's ``wrapped_key``; only who bears it may grant.
    ``person``: the account that proved to be the one asked. ``counter_scope``: what the person offers instead, with its ``counter_proof`` and,
    sealed under the person's key, ``counter_evidence``: both become the grant's where the requester takes the offer.
    ``token_index`` is the blind index of the mailed link. An edit is a new row, a version higher, that ``supersedes`` this one.
    ``dropped_as``: *cancelled* or *superseded* once the requester dropped it, also where it had ended without their knowledge.
    ``deliver_at``: when its delivery is tried (again); None where it never will be. ``reminders_mailed``: of those asked for.
    ``emptied_at``: when its time was over, and name, clauses and offer were let go of (:mod:`consent.contents`).
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    answer_reference = models.UUIDField(unique=True, default=uuid4, editable=False)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requests_made"
    )
    contact = models.ForeignKey("consent.Contact", on_delete=models.PROTECT, related_name="requests")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_received",
    )
    state = models.CharField(max_length=12, choices=[(each.value, each.value) for each in RequestState])
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    subject = models.CharField(max_length=48, blank=True, db_index=True)
    vocabulary = models.CharField(max_length=8)
    scope = models.JSONField()
    scope_sha256 = models.CharField(max_length=64)
    counter_scope = models.JSONField(null=True, blank=True)
    counter_sha256 = models.CharField(max_length=64, blank=True)
    counter_proof = models.CharField(max_length=8, blank=True)
    counter_evidence = models.BinaryField(null=True)
    wrapped_key = models.BinaryField(null=True)
    sealed_name = models.BinaryField(null=True)
    token_index = models.BinaryField(max_length=32, unique=True, null=True)

    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    viewed_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    refused_openly = models.BooleanField(default=False)
    dropped_as = models.CharField(max_length=12, blank=True)
    deliver_at = models.DateTimeField(null=True, blank=True, db_index=True)
    reminders_mailed = models.PositiveSmallIntegerField(default=0)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "contact", "subject"],
                condition=Q(state__in=_OPEN),
                name="one_open_request_to_a_person",
            ),
            models.CheckConstraint(
                name="request_is_sent_once_it_left_the_draft",
                condition=Q(state__in=["draft", "cancelled", "superseded"]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_answer_has_a_person_and_a_time",
                condition=~Q(state__in=["granted", "countered"])
                | Q(person__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_counter_offer_is_whole",
                condition=Q(counter_scope__isnull=True, counter_sha256="", counter_proof="")
                | (Q(counter_scope__isnull=False) & ~Q(counter_sha256="") & ~Q(counter_proof="")),
            ),
            models.CheckConstraint(
                name="request_countered_has_an_offer",
                condition=~Q(state="countered") | Q(counter_scope__isnull=False),
            ),
            models.CheckConstraint(
                name="request_only_refusals_are_open_about_it",
                condition=Q(refused_openly=False) | Q(state="refused"),
            ),
            models.CheckConstraint(name="request_reminds_twice_at_most", condition=Q(reminders__lte=2)),
            models.CheckConstraint(
                name="request_versions_follow_one_another",
                condition=Q(version=1, supersedes__isnull=True) | Q(version__gt=1, supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="request_dropped_is_not_granted",
                condition=Q(dropped_as="")
                | (Q(dropped_as__in=["cancelled", "superseded"]) & ~Q(state="granted")),
            ),
            models.CheckConstraint(
                name="request_reminds_as_often_as_asked", condition=Q(reminders_mailed__lte=F("reminders"))
            ),
            models.CheckConstraint(
                name="request_deadline_is_after_its_making", condition=Q(answer_by__gt=F("created_at"))
            ),
            models.CheckConstraint(
                name="request_emptied_is_over_and_holds_nothing",
                condition=Q(emptied_at__isnull=True)
                | Q(
                    wrapped_key__isnull=True,
                    sealed_name__isnull=True,
                    scope={},
                    counter_scope__isnull=True,
                    counter_evidence__isnull=True,
                )
                & ~Q(state__in=_OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.reference}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it where its requester acts."""
        return f"request:{self.reference}"

    @property
    def answer_subject(self) -> str:
        """What the record log calls it where the person acts."""
        return f"answer:{self.answer_reference}"
