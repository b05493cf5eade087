"""The notices of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

DECIDED = Kind(
    "organisation.decided",
    _("It is decided whether you answer for an organisation"),
    _("The operator's staff decided whether you answer for %(name)s."),
    url_name="organisations:organisation",
)
MANDATE_CHANGED = Kind(
    "organisation.mandate",
    _("Your mandate for an organisation changed"),
    _("Your mandate to act for %(name)s was given, changed or taken back."),
    url_name="organisations:organisation",
)
