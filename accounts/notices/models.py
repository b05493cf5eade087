"""Notices to accounts, how their owners want to be told, and mail that waits to be sent."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.notices.kinds import LONGEST_CODE
from accounts.notices.states import SendingState


class Notice(models.Model):
    """Something that happened and concerns one account.

    ``content`` is sealed for ``user``: the values of the sentence's placeholders and of the address's parameters;
    ``emptied_at``: when they were let go of, years later.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=LONGEST_CODE)
    subject = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notices_newest_first"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="unread_notices"),
        ]
        constraints = [
            models.CheckConstraint(name="notice_is_of_a_kind", condition=~Q(kind="") & ~Q(subject="")),
            models.CheckConstraint(
                name="notice_emptied_says_nothing",
                condition=Q(emptied_at__isnull=True) | Q(content=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user}"


class MailPreferences(models.Model):
    """How somebody wants to be mailed: in which language, and which kinds of notices not at all.

    An account without a row is mailed everything in the site's own language; signing up makes one.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="mail_preferences"
    )
    language = models.CharField(max_length=10)
    unwanted = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mail_preferences_name_a_language", condition=~Q(language=""))
        ]

    def __str__(self) -> str:
        return f"mail preferences of {self.user}"


class OutgoingMail(models.Model):
    """One mail. ``address`` and ``params`` are sealed under its own ``wrapped_key``; all three go once it has ended.

    ``due_at`` is when it is tried next; while a worker holds it, when that claim runs out. ``last_error`` is a short
    code without anybody's address. ``notice`` is the notice that it announces, none for people without an account.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    notice = models.OneToOneField(
        Notice, null=True, blank=True, on_delete=models.CASCADE, related_name="mail"
    )
    template = models.CharField(max_length=100)
    language = models.CharField(max_length=10)
    wrapped_key = models.BinaryField(null=True)
    address = models.BinaryField(null=True)
    params = models.BinaryField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in SendingState],
        default=SendingState.WAITING,
    )
    created_at = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="mail_that_waits"),
            models.Index(fields=["ended_at"], condition=~Q(state="waiting"), name="mail_that_ended"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_is_readable_while_it_waits",
                condition=Q(
                    state="waiting", wrapped_key__isnull=False, address__isnull=False, params__isnull=False,
                    due_at__isnull=False, ended_at__isnull=True,
                )
                | Q(
                    state__in=["sent", "given_up"], wrapped_key__isnull=True, address__isnull=True,
                    params__isnull=True, due_at__isnull=True, ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(name="mail_ends_after_it_began", condition=Q(not_after__gt=F("created_at"))),
            models.CheckConstraint(name="mail_has_words", condition=~Q(template="") & ~Q(language="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"mail {self.id}: {self.template}"
