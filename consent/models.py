"""Where Django looks for models; each lives in its own room."""

from consent.contacts.models import Contact
from consent.grants.models import Evidence, Grant
from consent.history.models import Event
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.uses.models import DepictedPerson, Use

__all__ = ["Contact", "DepictedPerson", "Event", "Evidence", "Grant", "Receipt", "Request", "Use"]
