"""The real name that a requester asks for: sealed in the request under the row's own key."""

from __future__ import annotations

import logging
import unicodedata

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.vault.wrapped_key import Damaged, Erased, new_wrapped_key, seal_under, unseal_under
from consent.requests.models import Request

logger = logging.getLogger(__name__)

LONGEST_NAME = 100
"""Characters."""


def clean_name(name: str) -> str:
    """``name`` without control characters and doubled spaces. Refused with ``name_invalid`` where nothing or too much is left."""
    written = unicodedata.normalize("NFC", name)
    shown = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in written)
    cleaned = " ".join(shown.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        sentence = _("Give the person's real name in 1 to %(most)d characters; %(found)d were given.")
        raise Refusal("name_invalid", sentence % {"most": LONGEST_NAME, "found": len(cleaned)}, status=422)
    return cleaned


def sealed_name(request: Request, name: str) -> dict[str, bytes]:
    """The columns that hold ``name`` in ``request``, sealed under a new key of the row's own."""
    key = new_wrapped_key()
    return {"wrapped_key": key, "sealed_name": seal_under(key, name, context=_context(request))}


def name_of(request: Request) -> str:
    """The stated name in clear, for its requester and for a comparison; "" where none is, or it is erased or damaged: nobody bears that."""
    if request.sealed_name is None:
        return ""
    try:
        return unseal_under(request.wrapped_key, request.sealed_name, context=_context(request)).decode()
    except (Damaged, Erased, UnicodeDecodeError):
        logger.error("the name in %s is damaged", request)
        return ""


def _context(request: Request) -> str:
    return f"request.name:{request.reference}"
