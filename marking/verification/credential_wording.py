"""What a report says to people about a content credential: its state, its signer, its history."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BROKEN_HISTORY = _("Something this file was made from does not match its own content credential.")

DEVELOPMENT = _(
    "The content credential (C2PA) matches the file. This site signed it with its own development certificate, which nobody "
    "else vouches for."
)

INTEGRITY: Mapping[str, Promise] = {
    "intact": _("the file is as it was signed"),
    "broken": _("the file and its credential do not match"),
}
SIGNERS: Mapping[str, Promise] = {
    "listed": _("on a list of known signers"),
    "development": _("this site, with its own development certificate"),
    "unknown": _("on no list that this site knows"),
    "expired": _("its certificate has run out, and no time stamp shows that it was valid at signing"),
    "revoked": _("its certificate was revoked"),
    "unfit": _("its certificate is not made for signing content credentials"),
}
TRUST_LISTS: Mapping[str, Promise] = {
    "this_site": _("this site: it signed this file itself"),
    "this_site_development": _(
        "this site, which signed this file with a development certificate that it made for itself"
    ),
    "c2pa": _("the list of the C2PA conformance programme"),
}
TIME_STAMPS: Mapping[str, Promise] = {
    "listed": _("by an authority on the list of C2PA"),
    "unknown": _("by an authority on no list that this site knows"),
}
