"""What people are told about consents, each with its sentence. No sentence names who it is about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

REQUEST_WAITS = Kind(
    "request.waits",
    _("A request waits for you"),
    _("Somebody asks for your consent. You need not answer."),
    url_name="own_requests:page",
    is_mailed=False,  # the mail about it goes to the address that was asked
)
REQUEST_ANSWERED = Kind(
    "request.answered",
    _("One of your requests was answered"),
    _("There is an answer to one of your requests."),
    url_name="requests:detail",
)
GRANT_CHANGED = Kind(
    "grant.changed",
    _("A consent that you hold has changed"),
    _("A consent that you hold ended, rests, or is in force again."),
    url_name="requests:list",
    is_required=True,
    open_params=("state",),
)
PREVIEW_WAITS = Kind(
    "use.preview_waits",
    _("A finished file waits for your approval"),
    _("A file that shows you is ready. Nobody sees it before you approve it."),
    url_name="previews:page",
    is_required=True,
)
STATEMENT_DECIDED = Kind(
    "statement.decided",
    _("Your spoken statement was heard"),
    _("The operator's staff has decided about your spoken statement."),
    url_name="statements:page",
)

ALL = (REQUEST_WAITS, REQUEST_ANSWERED, GRANT_CHANGED, PREVIEW_WAITS, STATEMENT_DECIDED)
