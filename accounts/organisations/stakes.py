"""Who has a stake in an organisation: its representative, who acts for it, and who else claims to represent it."""

from __future__ import annotations

from accounts.organisations.models import Organisation
from accounts.organisations.states import OPEN


def holders_in(organisation: Organisation) -> frozenset[int]:
    """The keys of their accounts."""
    delegates = organisation.mandates.filter(revoked_at__isnull=True).values_list("delegate", flat=True)
    same = Organisation.objects.filter(uscc=organisation.uscc, state__in=OPEN)
    rivals = same.values_list("representative", flat=True)
    return frozenset({organisation.representative_id, *delegates, *rivals})


def of_organisation(code: str) -> frozenset[int]:
    """The same of the organisation of this number."""
    found = Organisation.objects.filter(pk=int(code)) if code.isdecimal() else Organisation.objects.none()
    return frozenset().union(*map(holders_in, found))
