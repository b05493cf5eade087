"""What is wrong with a field of a request, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_MISSING = _("This field is missing.")
_WHOLE_NUMBER = _("A whole number was expected.")
_NUMBER = _("A number was expected.")
_FLAG = _("true or false was expected.")
_ONE_OF = _("One of these was expected: %(expected)s.")

SENTENCES: Mapping[str, Promise] = {
    "missing": _MISSING,
    "string_type": _("Text was expected."),
    "string_too_short": _("At least %(min_length)d characters were expected."),
    "string_too_long": _("At most %(max_length)d characters were expected."),
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "greater_than_equal": _("At least %(ge)s was expected."),
    "less_than_equal": _("At most %(le)s was expected."),
}
"""By Pydantic's types of errors (https://docs.pydantic.dev/latest/errors/validation_errors/), those that our forms can have."""


def sentence_of(error: Mapping[str, Any]) -> str:
    """Return the sentence for one of Pydantic's errors; in Pydantic's own words where there is none of ours."""
    if error["type"] not in SENTENCES:
        return str(error["msg"])
    context = dict(error.get("ctx", {}))
    if "expected" in context:  # "'a', 'b' or 'c'"
        context["expected"] = str(context["expected"]).replace(" or ", ", ")
    return str(SENTENCES[error["type"]]) % context
