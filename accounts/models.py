"""Where Django looks for models; each lives in its own room."""

from accounts.api.models import IdempotentAnswer
from accounts.elevation.models import ApprovalQuestion, ConcernedPerson, Elevation, Viewing
from accounts.guardians.models import Guardianship
from accounts.identity.models import (
    AttemptCounter,
    ClaimIndex,
    IdentityCheck,
    IdentityClaim,
    IdentityQuestion,
)
from accounts.notices.models import MailPreferences, Notice, OutgoingMail
from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.organisations.models import Mandate, Organisation
from accounts.own_data.models import DataCopy
from accounts.reasons.models import StatementOfReasons
from accounts.records.models import (
    Checkpoint,
    Cosignature,
    Halt,
    OwedRecord,
    Record,
    RecordBody,
    Shard,
    ShreddedBody,
    Stamp,
)
from accounts.retention.models import LegalHold
from accounts.sanctions.models import Sanction
from accounts.users.models import Agreement, AgreementAcceptance, User
from accounts.vault.models import PersonKey

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "ApprovalQuestion",
    "AttemptCounter",
    "Checkpoint",
    "ClaimIndex",
    "ConcernedPerson",
    "Cosignature",
    "DataCopy",
    "Elevation",
    "Guardianship",
    "Halt",
    "IdempotentAnswer",
    "IdentityCheck",
    "IdentityClaim",
    "IdentityQuestion",
    "LegalHold",
    "MailPreferences",
    "Mandate",
    "Notice",
    "Organisation",
    "OutgoingMail",
    "OwedRecord",
    "PersonKey",
    "Record",
    "RecordBody",
    "Sanction",
    "Shard",
    "ShreddedBody",
    "Stamp",
    "StatementOfReasons",
    "User",
    "Viewing",
    "Webhook",
    "WebhookDelivery",
]
