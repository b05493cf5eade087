"""What is noted on works, and works that are copies."""

from __future__ import annotations

from typing import Any

from marking.desk.refutations.services import (
    Wording,
)
from marking.works.models import Work

ZH, EN = "画面所示的讲话从未发生。", "The speech shown here was never held."
SOURCES = ["https://example.com/report", "http://example.org/minutes?day=3"]
WORDING = Wording(ZH, EN, SOURCES, "Office for Facts")
FORM = {"zh": ZH, "en": EN, "sources": "\n".join(SOURCES), "signer": "Office for Facts"}
MINUTE = 60


def copy_of(work: Work, **changes: Any) -> Work:
    """Another released work."""
    fields = {each.name: getattr(work, each.name) for each in Work._meta.fields if each.name != "number"}
    return Work.objects.create(**{**fields, **changes})
