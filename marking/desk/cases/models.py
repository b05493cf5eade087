"""Cases, their history, and what people say of this site's reports."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from marking.desk.cases.kinds import Kind
from marking.desk.cases.profiles import Pause
from marking.desk.cases.states import CaseState, Event
from marking.works import numbers


def _choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in values]


class Case(models.Model):
    """One complaint or piece of feedback, by somebody of whom nothing is known but what they wrote.

    ``description`` and ``contact`` are sealed under the case's own ``wrapped_key``; ``contact`` is null where no
    address was given, and from the closing on. ``code_index`` and ``token_index`` are keyed digests: of the secret code,
    and of the form's token, by which a form sent twice is known. ``answer`` is what the one who filed it reads.
    ``signature`` and ``location`` are sealed as well: under what name it was signed, and where the thing can be seen. ``valid_at``: since when the
    notice holds all that its kind asks for, which starts the clock; ``warn_at``: when the clock warns next, ``warned`` how often it has.
    ``acted_at``: when the clock or the work's own record turned the access off. ``reporter``: the account of whoever filed it, once
    they showed the code signed in. ``document_sha256``: of an authority's order; ``released_at``: when two people released it.
    ``mail_failures`` and ``mail_again_at`` are of the mails that did not go out; ``mail_refused_at`` is when the mail
    server refused the address for good.
    """

    number = models.PositiveBigIntegerField(primary_key=True, default=numbers.new_number, editable=False)
    kind = models.CharField(max_length=20, choices=_choices(Kind))
    state = models.CharField(max_length=12, choices=_choices(CaseState), default=CaseState.RECEIVED)
    work = models.ForeignKey(
        "marking.Work", null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    file_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    wrapped_key = models.BinaryField(null=True)
    description = models.BinaryField(null=True)
    contact = models.BinaryField(null=True)
    signature = models.BinaryField(null=True)
    location = models.BinaryField(null=True)
    code_index = models.BinaryField(max_length=32)
    token_index = models.BinaryField(max_length=32, unique=True)

    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True, db_index=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    good_faith_at = models.DateTimeField(null=True, blank=True)
    valid_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True, db_index=True)
    warned = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_for = models.CharField(max_length=12, choices=_choices(Pause), blank=True)
    acted_at = models.DateTimeField(null=True, blank=True)
    is_political = models.BooleanField(default=False)
    document_sha256 = models.CharField(max_length=64, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    receipt_mailed_at = models.DateTimeField(null=True, blank=True)
    answer_mailed_at = models.DateTimeField(null=True, blank=True)
    mail_failures = models.PositiveSmallIntegerField(default=0)
    mail_again_at = models.DateTimeField(null=True, blank=True)
    mail_refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "number"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="case_by_due_date"),
            # Asked at every file that is given out: the clocks that run, of which there are few.
            models.Index(
                fields=["kind", "due_at"],
                condition=Q(answered_at__isnull=True, acted_at__isnull=True, valid_at__isnull=False),
                name="case_by_running_clock",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_number_is_48_bits", condition=Q(number__gt=0, number__lt=1 << 48)
            ),
            models.CheckConstraint(
                name="case_in_review_has_somebody",
                condition=Q(state="received", taken_by__isnull=True)
                | (~Q(state="received") & Q(taken_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_is_held_by_who_took_it",
                condition=Q(taken_at__isnull=True) | Q(state="in_review"),
            ),
            models.CheckConstraint(
                name="case_is_valid_after_its_receipt",
                condition=Q(valid_at__isnull=True) | Q(valid_at__gte=F("created_at")),
            ),
            models.CheckConstraint(
                name="case_is_paused_for_something",
                condition=Q(paused_at__isnull=True, paused_for="")
                | (Q(paused_at__isnull=False, state__in=["received", "in_review"]) & ~Q(paused_for="")),
            ),
            models.CheckConstraint(
                name="case_acts_on_a_work",
                condition=Q(acted_at__isnull=True) | Q(work__isnull=False, valid_at__isnull=False),
            ),
            models.CheckConstraint(
                name="order_has_its_document",
                condition=Q(kind="authority_order") & ~Q(document_sha256="")
                | ~Q(kind="authority_order") & Q(document_sha256="", released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="case_answer_has_a_time",
                condition=Q(state__in=["received", "in_review"], answer="", answered_at__isnull=True)
                | (~Q(state__in=["received", "in_review"]) & ~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_is_closed_without_contact",
                condition=Q(state="closed", closed_at__isnull=False, contact__isnull=True)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_content_is_erased_after_closing",
                condition=Q(wrapped_key__isnull=False) | Q(state="closed", description__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.code}"

    @property
    def code(self) -> str:
        """The number as written: ten characters, as a work's."""
        return numbers.write(self.number)


class CaseEvent(models.Model):
    """One line of a case's history. No code changes or removes one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20, choices=_choices(Event))
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.case}: {self.event}"


class ReportOpinion(models.Model):
    """How many people called a verdict right or wrong on a day (B&P Code 22757.2: feedback on the tool)."""

    day = models.DateField()
    verdict = models.CharField(max_length=16)
    is_right = models.BooleanField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "verdict", "is_right"], name="one_count_of_opinions_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.verdict}: {self.count}"
