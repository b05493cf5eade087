"""The notices of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

DISABLED = Kind(
    "webhook.disabled",
    _("A webhook was switched off"),
    _("Nothing is sent to your webhook at %(host)s any more, since its deliveries failed."),
    url_name="webhooks:webhook",
)
