"""The account, the user agreement and who accepted which version of it."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Crockford base32: no I, L, O, U, so that an id can be read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PRODUCER_ID_LENGTH = 12


def new_producer_id() -> str:
    """A random public pseudonym: 60 bits that say nothing about the account."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PRODUCER_ID_LENGTH))


class UserManager(BaseUserManager["User"]):
    """Makes accounts whose only name is an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("An account needs an e-mail address; none was given.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. The public sees only ``producer_id``."""

    email = models.EmailField(_("e-mail address"), unique=True)
    producer_id = models.CharField(
        max_length=PRODUCER_ID_LENGTH, unique=True, default=new_producer_id, editable=False
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deletion_requested_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.producer_id


class Agreement(models.Model):
    """One version of the user agreement. Labelling Measures Art. 8 asks for its section on marking."""

    version = models.PositiveIntegerField(primary_key=True)
    body_en = models.TextField()
    body_zh = models.TextField()
    marking_en = models.TextField()
    marking_zh = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreement_explains_marking",
                condition=~Q(marking_en="") & ~Q(marking_zh="") & ~Q(body_en="") & ~Q(body_zh=""),
            )
        ]

    def __str__(self) -> str:
        return f"agreement {self.version}"


class AgreementAcceptance(models.Model):
    """A user accepted one version of the agreement, or the operator answers for it (``is_on_behalf``)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="acceptances")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField(default=timezone.now)
    is_on_behalf = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "agreement"], name="one_acceptance_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.user} accepted {self.agreement}"
