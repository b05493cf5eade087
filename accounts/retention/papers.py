"""What somebody typed to set a hold, as it is kept."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.retention.naming import Named, named

_CASE = re.compile(r"(?=.*\d)[\w.:/()（）〔〕［］-][\w.:/()（）〔〕［］ -]{0,58}[\w.:/()（）〔〕［］-]|\d")
"""Letters of any script: a court writes （2026）京01刑初12号. There is a digit in it: a name alone is no number."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def named_in(text: str) -> Named:
    """What ``text`` names. Refused with ``hold_subject``."""
    found = named(text)
    if found is None:
        sentence = _("Name an account, a work or a case that exists, such as work:8Z0K3ABCDE.")
        raise Refusal("hold_subject", sentence, status=422)
    return found


def case_in(text: str) -> str:
    """The number of the proceedings, single spaces within. Refused with ``hold_case``."""
    case = " ".join(text.split())
    if not _CASE.fullmatch(case):
        sentence = _("Name the proceedings by their number: letters, digits, spaces and - . : / ( ) alone.")
        raise Refusal("hold_case", sentence, status=422)
    return case


def digest_in(text: str) -> str:
    """The SHA-256 of the paper, 64 lower-case hexadecimal digits. Refused with ``hold_document``."""
    digest = text.strip().lower()
    if not _SHA256.fullmatch(digest):
        sentence = _("Give the SHA-256 of the paper that asks for it: 64 digits from 0 to f.")
        raise Refusal("hold_document", sentence, status=422)
    return digest
