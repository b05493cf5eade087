"""What the law wants logged is in the table of ``docs/records.md``, with the kinds of records that say it or the reason why none does."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from accounts.records.requirements import COMMON, all_kinds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "records.md"
BEGIN, END = "<!-- asked -->\n", "<!-- end of asked -->\n"
_LINES = PAGE.read_text().partition(BEGIN)[2].partition(END)[0].splitlines()[2:]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in _LINES]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[2])})


def test_each_row_says_what_by_what_and_where_or_why_not() -> None:
    assert len(ROWS) > 10
    for row in ROWS:
        what, sources, kinds, reason = row
        assert what
        assert sources
        assert kinds or reason, what


@pytest.mark.parametrize("name", NAMED)
def test_what_it_names_is_a_kind_of_record(name: str) -> None:
    assert [kind for kind in all_kinds() if fnmatchcase(kind, name)]


def test_every_kind_stands_in_some_row() -> None:
    left = [kind for kind in all_kinds() if not any(fnmatchcase(kind, name) for name in NAMED)]
    assert left == []


def test_every_clause_that_asks_for_a_field_stands_in_some_row() -> None:
    asking = {field.source.value for fields in (COMMON, *all_kinds().values()) for field in fields}
    cited = " ".join(row[1] for row in ROWS)
    assert {each for each in asking if not re.search(rf"{re.escape(each)}\b", cited)} == set()
