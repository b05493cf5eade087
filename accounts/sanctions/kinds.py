"""What people are told of their standing. Mails say no more than the title."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind
from accounts.sanctions.states import Step

_PAGE = "standing:page"

_SENTENCES = {
    Step.WARN: _("Your account was warned. Read why, and how to appeal."),
    Step.LIMIT: _(
        "Some functions of your account are limited for a time. Read which, why, and how to appeal."
    ),
    Step.SUSPEND: _("Your account is suspended for a time. Read why, and how to appeal."),
    Step.CLOSE: _("Your account is closed. Read why, and how to appeal."),
}
IMPOSED: dict[Step, Kind] = {
    step: Kind(
        f"sanction.{step}", _("A decision about your account"), sentence, url_name=_PAGE, is_required=True
    )
    for step, sentence in _SENTENCES.items()
}
LIFTED = Kind(
    "sanction.lifted",
    _("A decision about your account was lifted"),
    _("A measure against your account was lifted. What it kept you from is open again."),
    url_name=_PAGE,
    is_required=True,
)
ENDED = Kind(
    "sanction.ended",
    _("A measure against your account is over"),
    _("The time of a measure against your account is over. What it kept you from is open again."),
    url_name=_PAGE,
)
ALL = (*IMPOSED.values(), LIFTED, ENDED)
