"""What people are told about copies of their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

READY = Kind(
    "export.made",
    _("The copy of your data is ready"),
    _("The copy of all that this site holds about you can be fetched until %(until)s."),
    url_name="my_data:page",
    open_params=("until",),
)
