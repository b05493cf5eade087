"""What a reading of the log could not have shown: the ways in which whoever has the database, the disk and the log's key alters it. Pure.

Such a person writes everything anew that follows from a change, and signs it. Only what somebody outside holds (a witness's signature, a kept
checkpoint, a head noted earlier, a receipt) does not follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Way(StrEnum):
    """One kind of attack. The names are those of ``records verify --json`` and of docs/records.md."""

    EDITED = "edited"
    BODY_REPLACED = "body_replaced"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    BACK_DATED = "back_dated"
    REWRITTEN = "rewritten"
    TRUNCATED = "truncated"
    FORKED = "forked"
    UNRECORDED = "unrecorded"


WORDS: Mapping[Way, str] = {
    Way.EDITED: "a record was altered",
    Way.BODY_REPLACED: "the body of a record was replaced",
    Way.DELETED: "a record was taken out",
    Way.INSERTED: "a record was put in",
    Way.REORDERED: "records were moved",
    Way.BACK_DATED: "a record was given an earlier time",
    Way.REWRITTEN: "the whole log was written anew",
    Way.TRUNCATED: "records at the end were cut off",
    Way.FORKED: "another log is shown to others",
    Way.UNRECORDED: "something happened and was never recorded",
}

_OF_RECORDS = (
    Way.EDITED,
    Way.BODY_REPLACED,
    Way.DELETED,
    Way.INSERTED,
    Way.REORDERED,
    Way.BACK_DATED,
)


def unseen(*, records: int, held: int, witnessed: int, are_bodies_read: bool) -> tuple[Way, ...]:
    """The ways that a reading of ``records`` records would not show, in the order of :class:`Way`.

    ``held``: up to which record something outside was held against the log; ``witnessed``: up to which record that are witnesses, who sign one log alone.
    The end can always have been cut off behind what is held: only its holders know whether they hold more by now. Nor does any log tell what it was never told.
    """
    ways = {Way.TRUNCATED, Way.UNRECORDED}
    if held < records:
        ways |= {*_OF_RECORDS}
    if held == 0 < records:
        ways |= {Way.REWRITTEN}
    if witnessed < records or not records:
        ways |= {Way.FORKED}
    if records and not are_bodies_read:
        ways |= {Way.BODY_REPLACED}
    return tuple(way for way in Way if way in ways)


def sentence(ways: tuple[Way, ...], *, records: int, held: int) -> str:
    """The same for people."""
    loose = f"records {held + 1} to {records}" if held else "these records"
    standing = (
        f"Nothing from outside was held against {loose}"
        if held < records
        else "Held from outside up to the last record"
    )
    told = "; ".join(f"{WORDS[way]} [{way}]" for way in ways)
    return (
        f"{standing}. Done by somebody who has the database, the disk and the log's key, "
        f"this would not show here: {told}."
    )
