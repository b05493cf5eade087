"""Where Django looks for models; each lives in its own room."""

from accounts.api.models import IdempotentAnswer
from accounts.guardians.models import Guardianship
from accounts.identity.models import IdentityClaim
from accounts.records.models import Record, RecordBody
from accounts.users.models import Agreement, AgreementAcceptance, User
from accounts.vault.models import PersonKey

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "Guardianship",
    "IdempotentAnswer",
    "IdentityClaim",
    "PersonKey",
    "Record",
    "RecordBody",
    "User",
]
