from __future__ import annotations

import re
from itertools import product
from pathlib import Path

from accounts.records.unseen import WORDS, Way, sentence, unseen

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "records.md"


def test_what_is_held_from_outside_is_never_less_than_what_is_not() -> None:
    for records, held, are_read in product(range(4), range(4), (True, False)):
        for less in range(held):
            more_is_held = unseen(records=records, held=held, witnessed=held, are_bodies_read=are_read)
            less_is_held = unseen(records=records, held=less, witnessed=less, are_bodies_read=are_read)
            assert set(more_is_held) <= set(less_is_held) | {Way.UNRECORDED}


def test_an_empty_log_may_have_been_emptied() -> None:
    assert unseen(records=0, held=0, witnessed=0, are_bodies_read=True) == (
        "truncated",
        "forked",
        "unrecorded",
    )


def test_it_says_so_for_people() -> None:
    ways = (Way.TRUNCATED, Way.UNRECORDED)
    assert sentence(ways, records=9, held=0).startswith(
        "Nothing from outside was held against these records."
    )
    assert sentence(ways, records=9, held=4).startswith(
        "Nothing from outside was held against records 5 to 9."
    )
    said = sentence(ways, records=9, held=9)
    assert said.startswith("Held from outside up to the last record.")
    assert said.endswith(
        "records at the end were cut off [truncated]; something happened and was never recorded [unrecorded]."
    )


def test_the_documentation_names_each_way_in_the_same_words() -> None:
    told = re.findall(
        r"^\| `(\w+)` \| (.*?) \|", DOCUMENT.read_text().partition("| `invisible` |")[2], re.MULTILINE
    )
    assert told[: len(Way)] == [(way.value, WORDS[way]) for way in Way]
