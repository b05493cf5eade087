"""Where Django looks for models; each lives in its own room."""

from accounts.api.models import IdempotentAnswer
from accounts.guardians.models import Guardianship
from accounts.identity.models import IdentityClaim
from accounts.notices.models import MailPreferences, Notice, OutgoingMail
from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.records.models import Checkpoint, Cosignature, Halt, Record, RecordBody
from accounts.users.models import Agreement, AgreementAcceptance, User
from accounts.vault.models import PersonKey

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "Checkpoint",
    "Cosignature",
    "Guardianship",
    "Halt",
    "IdempotentAnswer",
    "IdentityClaim",
    "MailPreferences",
    "Notice",
    "OutgoingMail",
    "PersonKey",
    "Record",
    "RecordBody",
    "User",
    "Webhook",
    "WebhookDelivery",
]
