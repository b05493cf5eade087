"""What the log tells of the keys of a site."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.records.deep import opened
from accounts.records.keys import tell_added, tell_all, tell_rotated
from accounts.records.models import Record
from tests.interleaved import at_once

pytestmark = pytest.mark.django_db


def told(*members: str) -> list[tuple[Any, ...]]:
    """Of each record its kind without ``key.``, and the members of its body."""
    records = Record.objects.filter(subject="keys:seals").order_by("sequence")
    bodies = [(each.kind.removeprefix("key."), opened(each) or {}) for each in records]
    return [(kind, *(body[member] for member in members)) for kind, body in bodies]


def test_every_key_is_added_once_the_oldest_first() -> None:
    for _ in range(2):
        tell_added({"seals": ["b", "a"]})
        tell_all({"seals": ["b", "a"]})
    assert told("key", "keys") == [("added", "a", ["b", "a"]), ("added", "b", ["b", "a"])]


def test_lists_are_told_of_apart() -> None:
    tell_added({"seals": ["a"], "marks": ["a"]})
    tell_added({"seals": ["a"], "marks": ["b", "a"]})
    assert told("key") == [("added", "a")]
    assert Record.objects.filter(subject="keys:marks").count() == 2


def test_a_new_key_stands_before_those_that_were_told_of() -> None:
    tell_added({"seals": ["a"]})
    tell_added({"seals": ["b"]})
    assert told("key", "keys")[1:] == [("added", "b", ["b", "a"])]
    tell_all({"seals": ["b"]})
    assert told("key", "keys")[2:] == [("removed", "a", ["b"])]


def test_who_holds_an_older_list_tells_nothing() -> None:
    tell_all({"seals": ["b", "a"]})
    tell_all({"seals": ["b"]})
    before = Record.objects.count()
    for older in (["b", "a"], ["a"]):
        tell_added({"seals": older})
    assert Record.objects.count() == before


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (["c", "b", "a"], [("added", "c")]),
        (["b"], [("removed", "a")]),
        (["a"], [("removed", "b")]),
        (["c"], [("added", "c"), ("removed", "b"), ("removed", "a")]),
        (["a", "b"], [("reordered", "a")]),
        (["b", "a"], []),
    ],
)
def test_it_tells_what_became_of_a_list(then: list[str], expected: list[tuple[str, str]]) -> None:
    tell_all({"seals": ["b", "a"]})
    for _ in range(2):
        tell_all({"seals": then})
    assert told("key")[2:] == expected
    assert told("keys")[-1][1] == then


def test_a_key_that_comes_back_is_added_again() -> None:
    for keys in (["a"], ["b"], ["a", "b"]):
        tell_all({"seals": keys})
    assert told("key") == [("added", "a"), ("added", "b"), ("removed", "a"), ("added", "a")]


def test_a_rotation_is_told_once() -> None:
    tell_added({"seals": ["b", "a"]})
    tell_rotated("seals", "b", changed=3, left=1)
    tell_rotated("seals", "b", changed=0, left=1)
    assert _rotations() == [("b", 3, 1)]
    tell_rotated("seals", "b", changed=1, left=0)
    assert _rotations() == [("b", 3, 1), ("b", 1, 0)]


def _rotations() -> list[tuple[Any, ...]]:
    bodies = [opened(each) or {} for each in Record.objects.filter(kind="key.rotated").order_by("sequence")]
    return [(body["key"], body["changed"], body["left"]) for body in bodies]


def test_a_run_that_was_broken_off_before_its_record_is_told_of_by_the_next() -> None:
    tell_added({"seals": ["b", "a"]})
    for _ in range(2):
        tell_rotated("seals", "b", changed=0, left=0)
    assert _rotations() == [("b", 0, 0)]


def test_nothing_is_brought_under_the_first_key() -> None:
    tell_added({"seals": ["a"]})
    tell_rotated("seals", "a", changed=0, left=0)
    assert _rotations() == []


@pytest.mark.django_db(transaction=True)
def test_parts_that_start_at_once_tell_once() -> None:
    act = partial(tell_added, {"seals": ["b", "a"]})
    at_once(act, act, partial(tell_all, {"seals": ["b", "a"]}))
    assert told("key") == [("added", "a"), ("added", "b")]
