"""What the public's pages call the events of the log …"""

from __future__ import annotations

from accounts.records.requirements import all_kinds
from marking.about.wording import GROUPS, KINDS, grouped


def test_every_kind_of_event_has_words() -> None:
    assert all_kinds().keys() - KINDS.keys() == set(), "say what /about/figures calls them"
    assert KINDS.keys() - all_kinds().keys() == set(), "nothing writes these"


def test_no_two_kinds_share_their_words() -> None:
    words = [str(each) for each in KINDS.values()]
    assert sorted(words) == sorted(set(words))


def test_what_nobody_knows_any_more_stands_under_its_name() -> None:
    (group,) = grouped({"forgotten.happened": [1] * 12})
    assert group.title not in [title for title, _beginnings in GROUPS.values()]
    assert [(row.kind, row.words, row.total) for row in group.rows] == [("forgotten.happened", "", 12)]
