"""Where Django looks for models; each lives in its own room."""

from consent.answers.models import MailedCode, PasskeyCount, Question
from consent.blocking.models import Block
from consent.contacts.models import Contact
from consent.grants.models import Evidence, Grant
from consent.history.models import Event
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.rules.models import StandingRules
from consent.statements.models import Statement
from consent.uses.models import DepictedPerson, Use

__all__ = [
    "Block",
    "Contact",
    "DepictedPerson",
    "Event",
    "Evidence",
    "Grant",
    "MailedCode",
    "PasskeyCount",
    "Question",
    "Receipt",
    "Request",
    "StandingRules",
    "Statement",
    "Use",
]
