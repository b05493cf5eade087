"""What each clause of a consent asks of a use, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEANINGS: Mapping[str, StrOrPromise] = {
    "element": _("Everything of the person that is used was agreed to: face, voice, body, name."),
    "operation": _("Everything that is done with it was agreed to."),
    "purpose": _("Every purpose was agreed to."),
    "medium": _("It comes out as what was agreed to: a picture, a sound, a film, live, interactive."),
    "audience": _("It reaches no further than agreed, and of listed people only those on the list."),
    "channel": _("It is published where that was agreed to."),
    "territory": _("It is published in agreed countries and regions only."),
    "time": _("It begins and ends within the agreed time."),
    "number": _("No more files are made than agreed, and none is longer."),
    "money": _("No more is earned with it than agreed."),
    "content": _(
        "Its theme, its text or the file itself is the one that was agreed to, where the person named it."
    ),
    "grantee": _(
        "Whom the person allowed it uses it, and others in their place only where the person allowed that."
    ),
    "label": _("It says that it is synthetic at least as plainly as agreed."),
    "preview": _("The person approved this very file, where they asked for that."),
    "abroad": _("Nothing goes to recipients abroad unless the person agreed to that by itself."),
    "withdrawal": _(
        "When the person withdraws, at least as much ends as they chose, and never less than the law wants."
    ),
}
