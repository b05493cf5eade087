"""What people are told of notes on works."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

REFUTED = Kind(
    "work.refuted",
    _("A work that you were handed is refuted"),
    _(
        "What the work %(work)s tells is not so. Read what is, and pass the note on to whom you passed the file on."
    ),
    url_name="certificate:page",
    is_required=True,
    open_params=("work",),
)
OWN_REFUTED = Kind(
    "work.own_refuted",
    _("A note was put on your work"),
    _("A note that refutes it was put on your work %(work)s. Read it, and appeal if it is wrong."),
    url_name="reasons:statement",
    is_required=True,
    open_params=("work",),
)
WITHDRAWN = Kind(
    "work.refutation_withdrawn",
    _("A note on a work was taken back"),
    _("The note that refuted the work %(work)s was taken back."),
    url_name="certificate:page",
    is_required=True,
    open_params=("work",),
)
ALL = (REFUTED, OWN_REFUTED, WITHDRAWN)
