"""What somebody is given in order to answer a request: codes by mail, and questions to a passkey."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

MOST_TRIES = 5
"""How often one code may be guessed."""


class MailedCode(models.Model):
    """Six digits that were mailed to the address that a request asks. ``sha256`` is keyed: a million bare ones are computed in no time.

    ``tries`` counts what was compared with it; nobody compares a sixth. ``shut_at``: when the last of them was wrong.
    """

    request = models.ForeignKey("consent.Request", on_delete=models.CASCADE, related_name="codes")
    salt = models.UUIDField(default=uuid4)
    sha256 = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    shut_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="code_is_shut_after_the_last_try",
                condition=Q(shut_at__isnull=True) | Q(tries=MOST_TRIES, used_at__isnull=True),
            ),
            models.CheckConstraint(
                name="code_is_tried_five_times_at_most", condition=Q(tries__lte=MOST_TRIES)
            ),
            models.CheckConstraint(name="code_ends_after_its_making", condition=Q(ends_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="code_is_used_by_a_try", condition=Q(used_at__isnull=True) | Q(tries__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"code for {self.request_id}"


class Question(models.Model):
    """What one person is asked to agree to, once: the text as it was shown, and the scope. ``nonce`` makes it unlike any other.

    ``scope`` is canonical JSON, of what was asked for or, with ``is_counter``, of what the person offers instead; ``asked_sha256``: of
    what was asked for, at its ``version``. ``texts_sha256``: of the text in every language. Used once, until ``ends_at``.
    ``ward``: the child whose likeness it is, where ``person`` signs as its guardian.
    """

    nonce = models.BinaryField(max_length=32, unique=True)
    request = models.ForeignKey("consent.Request", on_delete=models.CASCADE, related_name="questions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ward = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    version = models.PositiveSmallIntegerField()
    is_counter = models.BooleanField(default=False)
    asked_sha256 = models.CharField(max_length=64)
    scope = models.TextField()
    scope_sha256 = models.CharField(max_length=64)
    locale = models.CharField(max_length=10)
    template = models.CharField(max_length=8)
    text = models.TextField()
    texts_sha256 = models.JSONField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="question_ends_after_its_making", condition=Q(ends_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="question_ward_is_somebody_else", condition=Q(ward__isnull=True) | ~Q(ward=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"question about {self.request_id}"


class PasskeyCount(models.Model):
    """The highest signature counter that a passkey showed here (W3C Web Authentication Level 2, section 6.1.1)."""

    passkey = models.OneToOneField(
        "mfa.Authenticator", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"count of {self.passkey_id}"
