"""What the pages say of webhooks."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.notices.webhooks.models import WebhookDelivery
from accounts.notices.webhooks.states import DeliveryState

_ADDRESS_FAULTS: dict[str, Promise] = {
    "malformed": _(
        "This is not an address: expected one such as https://example.com/hook, in plain characters."
    ),
    "not_https": _("The address must begin with https://."),
    "has_credentials": _("The address must not hold a user name or a password."),
    "has_fragment": _("The address must not hold a # part: it would not be sent."),
    "too_long": _("The address is too long: at most 500 characters are taken."),
    "private_address": _("This address lies in a private network, to which nothing is sent."),
}
_ERRORS: dict[str, Promise] = {
    **_ADDRESS_FAULTS,
    "not_resolved": _("The host has no address."),
    "no_connection": _("Nobody takes connections there."),
    "certificate": _("The certificate is not one for this host that can be trusted."),
    "timed_out": _("The answer took longer than ten seconds."),
    "no_answer": _("What came back was no answer."),
    "redirected": _("It answered with a redirect, which is not followed."),
    "refused": _("It was not taken."),
    "disabled": _("The webhook was switched off before."),
    "damaged": _("The address or the secret can no longer be read."),
}
STATES: dict[str, Promise] = {
    DeliveryState.WAITING: _("Waiting"),
    DeliveryState.DELIVERED: _("Delivered"),
    DeliveryState.FAILED: _("Failed"),
}


def say_address_fault(code: str) -> str:
    """Why a webhook cannot have an address."""
    return str(_ADDRESS_FAULTS[code])


def say_error(delivery: WebhookDelivery) -> str:
    """Why the last attempt at a delivery was not taken; "" where it was, or none was made."""
    return str(_ERRORS[delivery.last_error]) if delivery.last_error else ""
