"""Places on this site that people name in their own words: the address of a work's page, or its number as it is written."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404

from marking.works.models import Work
from marking.works.queries import published_work

SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
"""Spaces, hyphens and dashes."""
_PAGE = re.compile(
    r"(?<![\w.-])(?:https?://)?(?P<host>[\w.-]+(?::\d+)?)/[wv]/(?P<code>[0-9A-Za-z]{10})(?![0-9A-Za-z])", re.I
)
"""The certificate of a work, and the page that tells how the consents to it stand."""


def without_separators(written: str) -> str:
    """A number or code as it is kept, from how people write it down: in groups, in any width of type."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", written))


def work_at(location: str) -> Work | None:
    """The one released work whose page on this site ``location`` names, or whose number it is; None for any other words, and for several."""
    text = unicodedata.normalize("NFKC", location)
    host = urlsplit(settings.SITE_URL).netloc.lower()
    codes = [found["code"] for found in _PAGE.finditer(text) if found["host"].lower() == host]
    works = {work for code in codes or [without_separators(text)] if (work := _released(code)) is not None}
    return works.pop() if len(works) == 1 else None


def _released(code: str) -> Work | None:
    try:
        return published_work(code)
    except Http404:
        return None
