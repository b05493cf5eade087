"""What a requester reads about the state of a request."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from consent.requests.states import Shown

SHOWN: Mapping[Shown, StrOrPromise] = {
    Shown.DRAFT: pgettext_lazy("request", "Draft"),
    Shown.SENT: pgettext_lazy("request", "Sent"),
    Shown.COUNTERED: pgettext_lazy("request", "Offer to look at"),
    Shown.GRANTED: pgettext_lazy("request", "Granted"),
    Shown.REFUSED: pgettext_lazy("request", "Refused"),
    Shown.NO_ANSWER: pgettext_lazy("request", "No answer"),
    Shown.SUPERSEDED: pgettext_lazy("request", "Edited"),
    Shown.CANCELLED: pgettext_lazy("request", "Cancelled"),
}
TONES: Mapping[Shown, str] = {
    Shown.DRAFT: "slate",
    Shown.SENT: "indigo",
    Shown.COUNTERED: "ochre",
    Shown.GRANTED: "jade",
    Shown.REFUSED: "seal",
    Shown.NO_ANSWER: "slate",
    Shown.SUPERSEDED: "slate",
    Shown.CANCELLED: "slate",
}
MEANINGS: Mapping[Shown, StrOrPromise] = {
    Shown.DRAFT: _("Nobody has seen it yet."),
    Shown.SENT: _(
        "It is sent. Whether the address belongs to an account, and whether it was read, is never said. You read here what the person answers, "
        "if they want you to."
    ),
    Shown.COUNTERED: _("The person would agree to less. Look at both, clause by clause."),
    Shown.GRANTED: _("The person agreed."),
    Shown.REFUSED: _("The person refused, and wants you to know."),
    Shown.NO_ANSWER: _("The time to answer is over. Nothing may be made of this."),
    Shown.SUPERSEDED: _("You sent another version of it; this one leads nowhere."),
    Shown.CANCELLED: _("You took it back."),
}
