"""Which provider this installation asks."""

from __future__ import annotations

from django.conf import settings

from accounts.identity.providers.local import LocalProvider
from accounts.identity.providers.manual import ManualProvider
from accounts.identity.providers.protocol import Provider

PROVIDERS: dict[str, Provider] = {each.name: each for each in (LocalProvider(), ManualProvider())}

MANUAL = ManualProvider.name
# Not a provider one can choose: the operator vouched for the person on the command line.
OPERATOR = "operator"


def current() -> Provider:
    """The provider that ``YINJI_IDENTITY_PROVIDER`` names."""
    return PROVIDERS[settings.ENVIRONMENT["YINJI_IDENTITY_PROVIDER"]]
