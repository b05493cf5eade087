"""Claims to a real name. Names and numbers are sealed; a document is unique by a keyed blind index."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identity.documents import DocumentType
from accounts.identity.levels import CEILINGS, Level
from accounts.identity.providers.protocol import LONGEST_REFERENCE, Finding, Trouble
from accounts.identity.states import QUESTION_OPEN, ClaimState, QuestionState

_OPEN_QUESTIONS = sorted(state.value for state in QUESTION_OPEN)
_WITHIN_CEILING = Q(level=0)
for _provider, _ceiling in sorted(CEILINGS.items()):
    _WITHIN_CEILING |= Q(provider=_provider, level__lte=int(_ceiling))


class IdentityClaim(models.Model):
    """One person's claim to be who a document says, and what was decided about it.

    The sealed columns are bound to ``reference``. Name, number and phone are held here while the claim waits; accepted,
    they move into the vault, and ``deposit`` says under which number. ``forget_at``: when the vault was told to erase
    them. All are emptied when a claim is not accepted, and always empty where a provider told that it knows the person, and
    not who they are. ``method``: how it was decided. ``evidence``: the commitment to what an outside provider answered.
    ``recheck_at``: when a verified one ends by itself; ``warned_at``: when its holder was told of that; of a waiting one, when
    the holder of the same document was told of it.
    """

    reference = models.UUIDField(default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_claims"
    )
    document_type = models.CharField(
        _("document"), max_length=24, choices=[(t.value, t.value) for t in DocumentType]
    )
    sealed_name = models.BinaryField()
    sealed_number = models.BinaryField()
    sealed_phone = models.BinaryField(default=b"")
    sealed_birth_date = models.BinaryField(default=b"")
    sealed_mask = models.BinaryField(default=b"")
    deposit = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    forget_at = models.DateTimeField(null=True, blank=True, db_index=True)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ClaimState], default=ClaimState.PENDING
    )
    provider = models.CharField(max_length=24)
    level = models.PositiveSmallIntegerField(
        choices=[(level.value, level.name) for level in Level], default=Level.NONE
    )
    method = models.CharField(max_length=40, blank=True)
    evidence = models.BinaryField(max_length=32, default=b"")
    reason = models.CharField(max_length=500, blank=True)
    recheck_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="pending"), name="one_pending_claim_per_user"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="verified"), name="one_verified_claim_per_user"
            ),
            models.CheckConstraint(
                name="claim_decision_matches_state",
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="claim_level_matches_state",
                condition=Q(state="verified", level__gte=1) | (~Q(state="verified") & Q(level=0)),
            ),
            models.CheckConstraint(
                name="claim_in_the_vault_is_nowhere_else",
                condition=Q(deposit__isnull=True)
                | Q(state__in=["verified", "ended"], sealed_name=b"", sealed_number=b"", sealed_phone=b""),
            ),
            models.CheckConstraint(
                name="claim_to_forget_is_in_the_vault",
                condition=Q(forget_at__isnull=True) | Q(deposit__isnull=False, state="ended"),
            ),
            models.CheckConstraint(name="claim_level_within_providers_ceiling", condition=_WITHIN_CEILING),
            models.CheckConstraint(
                name="claim_of_a_third_party_has_evidence",
                condition=Q(level__lt=int(Level.THIRD_PARTY_MATCH)) | ~Q(evidence=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"claim of {self.user}: {self.state}"


class Purpose(models.TextChoices):
    """What an index is of. The label goes into the digest: it must never change."""

    DOCUMENT = "document", "identity document"
    NAME = "name", "identity name"
    PHONE = "phone", "identity phone"


class ClaimIndex(models.Model):
    """A keyed digest by which a claim is found, one for each valid key of blind indexes (``version``).

    ``is_exclusive``: the document of a verified claim, which no other account may have.
    """

    claim = models.ForeignKey(IdentityClaim, on_delete=models.CASCADE, related_name="indexes")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    version = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=32)
    is_exclusive = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="claim_by_digest")]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "purpose", "version"], name="one_index_for_each_purpose_and_key"
            ),
            models.UniqueConstraint(
                fields=["version", "digest"],
                condition=Q(is_exclusive=True),
                name="one_account_for_each_document",
            ),
            models.CheckConstraint(
                name="only_documents_are_exclusive", condition=Q(is_exclusive=False) | Q(purpose="document")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.claim}, key {self.version}"


class IdentityQuestion(models.Model):
    """A question to a provider, from the moment it is owed until there is an answer or none can be had.

    ``claim``: what it is about; none yet where the person is at the provider. The sealed columns are bound to ``reference``
    and emptied when it ends. ``state_digest``: SHA-256 of what the browser brings back from a provider. ``session``: the
    provider's id of what it holds of the visit, until it was erased there; ``redact_at``: when that is next asked for, once
    the question ended.
    """

    reference = models.UUIDField(default=uuid4, editable=False, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_questions"
    )
    claim = models.ForeignKey(
        IdentityClaim, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    provider = models.CharField(max_length=24)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in QuestionState])
    state_digest = models.BinaryField(max_length=32, null=True, unique=True)
    sealed_journey = models.BinaryField(default=b"")
    sealed_code = models.BinaryField(default=b"")
    network = models.BinaryField(max_length=32, default=b"")
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=16, blank=True, choices=[(t.value, t.value) for t in Trouble])
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    session = models.CharField(max_length=LONGEST_REFERENCE, blank=True)
    redact_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="question_due"),
            models.Index(fields=["redact_at"], condition=~Q(session=""), name="question_to_redact"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state__in=_OPEN_QUESTIONS), name="one_open_question_per_user"
            ),
            models.CheckConstraint(
                name="question_waits_until_a_time",
                condition=Q(state="waiting", due_at__isnull=False)
                | (~Q(state="waiting") & Q(due_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="question_holds_nothing_once_over",
                condition=Q(state__in=_OPEN_QUESTIONS) | Q(sealed_journey=b"", sealed_code=b""),
            ),
            models.CheckConstraint(
                name="question_has_a_session_erased_at_a_time",
                condition=Q(session="", redact_at__isnull=True)
                | (~Q(session="") & Q(redact_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"question of {self.user} to {self.provider}: {self.state}"


class IdentityCheck(models.Model):
    """One answer of a provider: never what it was about, only what was found, when, how and under which number."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_checks"
    )
    claim = models.ForeignKey(
        IdentityClaim, null=True, blank=True, on_delete=models.PROTECT, related_name="checks"
    )
    provider = models.CharField(max_length=24)
    method = models.CharField(max_length=40)
    finding = models.CharField(max_length=16, choices=[(f.value, f.value) for f in Finding])
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Level])
    trouble = models.CharField(max_length=16, blank=True, choices=[(t.value, t.value) for t in Trouble])
    reference = models.CharField(max_length=LONGEST_REFERENCE, blank=True)
    evidence = models.BinaryField(max_length=32, default=b"")
    attempt = models.PositiveSmallIntegerField()
    checked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "reference"], name="check_by_reference")]
        constraints = [
            models.CheckConstraint(
                name="check_has_a_level_for_a_match_alone",
                condition=Q(finding="match", level__gte=1) | (~Q(finding="match") & Q(level=0)),
            ),
            models.CheckConstraint(
                name="check_has_a_trouble_without_an_answer",
                condition=(Q(finding="unavailable") & ~Q(trouble=""))
                | (~Q(finding="unavailable") & Q(trouble="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} about {self.user}: {self.finding}"


class AttemptCounter(models.Model):
    """How often one account, network or document has lately been checked automatically. ``key`` is a digest."""

    scope = models.CharField(max_length=8)
    key = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_counter_per_key")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.tries}"
