"""What there is to tell: the rooms above register the kinds of their notices, and nothing else can be told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise

_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)*")
LONGEST_CODE = 60
"""Characters."""


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    ``code``: words joined by dots, such as ``grant.withdrawn``; webhooks call it the type. ``title``: what happened, without
    anybody's name; mails say this and no more. ``sentence``: the same with ``%(name)s`` placeholders, which only the inbox
    shows. ``url_name``: where it can be acted upon; reversed with the ``url_args`` of the notice. ``is_mailed``: whether
    it is mailed as well. ``is_required``: whether its mail cannot be switched off. ``open_params``: the placeholders whose
    values are no personal data; webhooks carry these and no others.
    """

    code: str
    title: str | Promise
    sentence: str | Promise
    url_name: str = ""
    is_mailed: bool = True
    is_required: bool = False
    open_params: tuple[str, ...] = ()


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make ``kinds`` known. The same kind twice is fine.

    Raises :class:`ValueError` for a malformed code, and for another kind under a code that is taken.
    """
    for kind in kinds:
        if not _CODE.fullmatch(kind.code) or len(kind.code) > LONGEST_CODE:
            raise ValueError(
                f"expected words joined by dots, {LONGEST_CODE} characters at most; found {kind.code!r}"
            )
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(
                f"expected one kind of notice for {kind.code!r}, found another that is registered"
            )


def kind_of(code: str) -> Kind:
    """The kind that ``code`` stands for. Raises :class:`LookupError` for one that nobody registered."""
    try:
        return _kinds[code]
    except KeyError as error:
        raise LookupError(f"expected a registered kind of notice, found {code!r}") from error


def all_kinds() -> list[Kind]:
    """Every registered kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
