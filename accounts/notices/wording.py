"""What a notice says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices.contents import Content, content_of
from accounts.notices.kinds import Kind, kind_of
from accounts.notices.models import Notice
from accounts.vault.sealing import Damaged, Erased

MISSING = "…"


@dataclass(frozen=True)
class Line:
    """One notice as the inbox shows it. ``url`` is "" where it leads nowhere."""

    title: str
    sentence: str
    url: str
    created_at: datetime
    is_read: bool


class _Values(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return MISSING


def line_of(notice: Notice) -> Line:
    """What the inbox shows of a notice, whatever became since of its kind, its address and its key."""
    title, sentence, url = _said(notice)
    return Line(title, sentence, url, notice.created_at, notice.read_at is not None)


def _said(notice: Notice) -> tuple[str, str, str]:
    if notice.emptied_at is not None:
        return _title(notice), _erased(notice.emptied_at), ""
    try:
        kind, content = kind_of(notice.kind), content_of(notice)
    except LookupError:
        return notice.kind, _("This site no longer knows this kind of notice."), ""
    except (Damaged, Erased):
        return notice.kind, _("This notice can no longer be read."), ""
    return str(kind.title), sentence_of(kind, content.params), _url(kind, content)


def _title(notice: Notice) -> str:
    try:
        return str(kind_of(notice.kind).title)
    except LookupError:
        return notice.kind


def _erased(at: datetime) -> str:
    sentence = _("Erased on %(date)s: the time is over for which it had to be kept.")
    return sentence % {"date": timezone.localdate(at).isoformat()}


def sentence_of(kind: Kind, params: Mapping[str, str]) -> str:
    """The sentence of ``kind`` with its values, ``…`` for one that it did not have when the notice was written."""
    return str(kind.sentence) % _Values(params)


def _url(kind: Kind, content: Content) -> str:
    try:
        return reverse(kind.url_name, args=content.url_args) if kind.url_name else ""
    except NoReverseMatch:  # the address is gone, or wants other parameters by now
        return ""
