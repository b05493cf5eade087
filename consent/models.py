"""Where Django looks for models; each lives in its own room."""

from consent.contacts.models import Contact
from consent.grants.models import Evidence, Grant
from consent.history.models import Event
from consent.requests.models import Request
from consent.rules.models import StandingRules
from consent.statements.models import Statement
from consent.uses.models import DepictedPerson, Use

__all__ = [
    "Contact",
    "DepictedPerson",
    "Event",
    "Evidence",
    "Grant",
    "Request",
    "StandingRules",
    "Statement",
    "Use",
]
