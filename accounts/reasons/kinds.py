"""What people are told about decisions against them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

STATED = Kind(
    "reasons.stated",
    _("A decision that concerns you"),
    _("This site decided something about you or a work of yours. Read what, why, and how you can object."),
    url_name="reasons:statement",
    is_required=True,
)
