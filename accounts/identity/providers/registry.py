"""Which provider this installation asks, and how it is reached."""

from __future__ import annotations

from django.conf import settings

from accounts.identity.providers import aliyun, stripe, tencent
from accounts.identity.providers.aliyun import Aliyun
from accounts.identity.providers.exchange import Endpoint
from accounts.identity.providers.local import LocalProvider
from accounts.identity.providers.manual import ManualProvider
from accounts.identity.providers.oidc import OpenIDProvider, ResultOnlyProvider
from accounts.identity.providers.protocol import Provider, VisitedProvider
from accounts.identity.providers.stripe import StripeProvider
from accounts.identity.providers.tencent import Tencent

MANUAL = ManualProvider.name
LOCAL = LocalProvider.name
STRIPE = StripeProvider.name
# Not a provider one can choose: the operator vouched for the person on the command line.
OPERATOR = "operator"

WITH_PHONE = {"aliyun-phone", "tencent-phone"}
OPENID = {OpenIDProvider.name, ResultOnlyProvider.name}
VISITED = OPENID | {STRIPE}
OUTSIDE = {"aliyun", "tencent"} | WITH_PHONE | VISITED
CHOICES = (MANUAL, LOCAL, *sorted(OUTSIDE))


def current() -> Provider:
    """Who decides on a name and document that a person states: the provider of ``YINJI_IDENTITY_PROVIDER``.

    Staff, where that is one whom people go to themselves.
    """
    name = _name()
    if name == LOCAL:
        return LocalProvider()
    if name in {"aliyun", "aliyun-phone"}:
        return Aliyun(_endpoint(aliyun.URL), *_credentials(), has_phone=name in WITH_PHONE)
    if name in {"tencent", "tencent-phone"}:
        return Tencent(_endpoint(tencent.URL), *_credentials(), has_phone=name in WITH_PHONE)
    return ManualProvider()


def visited() -> VisitedProvider | None:
    """The provider that people go to themselves, where the installation has one."""
    name = _name()
    if name == STRIPE:
        return StripeProvider(_endpoint(stripe.URL), settings.ENVIRONMENT["YINJI_IDENTITY_KEY_SECRET"])
    if name not in OPENID:
        return None
    kind = ResultOnlyProvider if name == ResultOnlyProvider.name else OpenIDProvider
    assurance = frozenset(settings.ENVIRONMENT["YINJI_IDENTITY_ASSURANCE"].split())
    return kind(_endpoint(""), *_credentials(), assurance)


def asks_for_phone() -> bool:
    """Whether the installation's provider wants a telephone number, too."""
    return _name() in WITH_PHONE


def _name() -> str:
    return str(settings.ENVIRONMENT["YINJI_IDENTITY_PROVIDER"])


def _endpoint(usual: str) -> Endpoint:
    environment = settings.ENVIRONMENT
    return Endpoint(
        environment["YINJI_IDENTITY_URL"] or usual,
        environment["YINJI_IDENTITY_PROXY"],
        others=environment["YINJI_IDENTITY_ORIGINS"],
    )


def _credentials() -> tuple[str, str]:
    return settings.ENVIRONMENT["YINJI_IDENTITY_KEY_ID"], settings.ENVIRONMENT["YINJI_IDENTITY_KEY_SECRET"]
