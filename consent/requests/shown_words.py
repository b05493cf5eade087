"""What a requester reads about the state of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from consent.requests.states import Shown

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN: Mapping[Shown, StrOrPromise] = {
    Shown.DRAFT: _("Draft"),
    Shown.SENT: _("Sent"),
    Shown.COUNTERED: _("Offer to look at"),
    Shown.GRANTED: _("Granted"),
    Shown.REFUSED: _("Refused"),
    Shown.NO_ANSWER: _("No answer"),
    Shown.SUPERSEDED: _("Edited"),
    Shown.CANCELLED: _("Cancelled"),
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
