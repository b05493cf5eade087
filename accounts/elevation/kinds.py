"""What there is to tell about openings of sealed identities."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

IDENTITY_OPENED = Kind(
    code="identity.opened",
    title=_("Staff opened your sealed identity"),
    sentence=_(
        "Staff of this site could see of your verified identity: %(fields)s. Nobody looked at it. Who asked, why and when is on the page behind this."
    ),
    url_name="accesses:list",
    is_required=True,
)
IDENTITY_SEEN = Kind(
    code="identity.seen",
    title=_("Staff saw your sealed identity"),
    sentence=_(
        "Staff of this site saw of your verified identity: %(fields)s. Who, why and when is on the page behind this."
    ),
    url_name="accesses:list",
    is_required=True,
)
ELEVATION_WAITS = Kind(
    code="elevation.waits",
    title=_("A request to open a sealed identity waits for approval"),
    sentence=_("%(asker)s asks to open sealed identities. Read the request, and approve or refuse it."),
    url_name="elevations:page",
)
ELEVATION_DECIDED = Kind(
    code="elevation.decided",
    title=_("Your request to open a sealed identity has moved on"),
    sentence=_("It is now: %(state)s."),
    url_name="elevations:page",
)
ELEVATION_SIGNED = Kind(
    code="elevation.signed",
    title=_("A sealed identity was opened with your signature"),
    sentence=_(
        "%(asker)s can read it now. If you did not approve this, somebody else used a passkey in your name: say so at once."
    ),
    url_name="elevations:page",
    is_required=True,
)
ELEVATION_DIGEST = Kind(
    code="elevation.digest",
    title=_("Openings of sealed identities in the last week"),
    sentence=_(
        "From %(first)s to %(last)s: %(asked)s asked for, %(opened)s opened, %(views)s looks at %(persons)s persons, %(gagged)s not told yet."
    ),
    url_name="elevations:list",
    is_required=True,
    open_params=("first", "last", "asked", "opened", "views", "persons", "gagged"),
)
ALL = (
    IDENTITY_OPENED,
    IDENTITY_SEEN,
    ELEVATION_WAITS,
    ELEVATION_DECIDED,
    ELEVATION_SIGNED,
    ELEVATION_DIGEST,
)
