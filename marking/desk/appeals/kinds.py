"""What account holders are told of their appeals. Complainants look up their case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

DECIDED = Kind(
    "appeal.decided",
    _("Your appeal is decided"),
    _("Somebody else looked at the decision again. Read what they decided, and why."),
    url_name="own_appeals:page",
    is_required=True,
)
