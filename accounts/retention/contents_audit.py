"""Whether every row that is empty was emptied by rights: by a record that names it, and not before its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from accounts.records.deep import Mismatch, opened, records_of
from accounts.retention.contents import Content, all_contents
from accounts.retention.emptying import KIND
from accounts.retention.months import months_before

_PAGE = 400


def mismatches() -> Iterator[Mismatch]:
    """Rows that were emptied past the log or too early, and rows that the log tells were emptied and that are full again."""
    told = _told()
    for content in all_contents():
        yield from _mismatches_of(content, told.get(content.name, {}))


def _mismatches_of(content: Content, told: Mapping[str, datetime]) -> Iterator[Mismatch]:
    left = set(told)
    for row in content.rows().filter(emptied_at__isnull=False).iterator(_PAGE):
        called = content.called(row)
        left.discard(called)
        if called not in told:
            yield Mismatch(
                called, "emptied_without_record", f"No record tells that its {content.name} were emptied."
            )
        elif row.over_at is None or row.over_at >= months_before(told[called], content.retention_class.floor):
            yield Mismatch(
                called,
                "content_emptied_early",
                f"Its {content.name} were emptied before their time was over.",
            )
    if not content.returns:
        for called in sorted(left):
            yield Mismatch(
                called,
                "emptied_row_filled",
                f"The log tells that its {content.name} were emptied; they are not.",
            )


def _told() -> dict[str, dict[str, datetime]]:
    """By content, of every row that a record says was emptied when that was first said."""
    found: dict[str, dict[str, datetime]] = {}
    for record in records_of(KIND):
        body = opened(record) or {}
        rows = body.get("rows")
        for row in rows if isinstance(rows, list) else ():
            found.setdefault(str(body.get("content")), {}).setdefault(str(row), record.at)
    return found
