"""What the owner of a work is told beside the statement of reasons."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

LIFTED = Kind(
    "work.access_restored",
    _("Access to a work is on again"),
    _("The access to your work %(work)s is on again: the measure against it was lifted."),
    url_name="works:detail",
    is_required=True,
    open_params=("work",),
)
