"""Acting for an organisation: checked at the moment of the act, and recorded under both names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.organisations import queries
from accounts.organisations.models import Organisation
from accounts.organisations.states import Scope
from accounts.records import log
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.records.canonical import JSON


def act_for(
    *, by: User, organisation: Organisation, scope: Scope, subject: str, now: datetime | None = None
) -> None:
    """Record, in the transaction of an act, that ``by`` does it for ``organisation``. ``subject``: what the act is about.

    Refused with ``mandate_missing`` where there is no mandate in force at this moment: the act must then not be done.
    """
    now = now or timezone.now()
    require(by=by, organisation=organisation, scope=scope, now=now)
    mandate = queries.mandate_in_force(by, organisation, scope, now)
    body: dict[str, JSON] = {
        "organisation": str(organisation.reference),
        "uscc": organisation.uscc,
        "person": by.producer_id,
        "mandate": str(mandate.reference) if mandate else "representative",
        "scope": str(scope),
    }
    log.append(kind="organisation.acted", subject=subject, body=body, by=by, person=by, now=now)


def require(*, by: User, organisation: Organisation, scope: Scope, now: datetime) -> None:
    """Refuse with ``mandate_missing`` whoever may not do what ``scope`` names for ``organisation`` at ``now``."""
    if not queries.may_act(by, organisation, scope, now):
        sentence = _("You have no mandate in force to do this for the organisation.")
        raise Refusal("mandate_missing", sentence, status=403)
