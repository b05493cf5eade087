"""The places at which strangers' files are examined …"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification import places as room
from marking.verification.places import Hands, Places, Turns


@pytest.fixture
def four(tmp_path: Path) -> Places:
    return Places(tmp_path / "places", 4, share=2)


def taken(turns: Turns, places: Places, sender: str, held: ExitStack) -> bool:
    return held.enter_context(turns.place(places, sender, patience=0))


def test_a_sender_gets_its_share_and_no_more(four: Places) -> None:
    turns = Turns()
    with ExitStack() as held:
        assert [taken(turns, four, "ada", held) for _ in range(3)] == [True, True, False]
        assert [taken(turns, four, "ben", held) for _ in range(3)] == [True, True, False]
        assert not taken(turns, four, "eve", held)
    with ExitStack() as held:
        assert taken(turns, four, "eve", held)


def test_what_counts_for_nobody_may_take_every_place(four: Places) -> None:
    turns = Turns()
    with ExitStack() as held:
        assert [taken(turns, four, "", held) for _ in range(5)] == [True, True, True, True, False]


def test_two_processes_share_the_places(four: Places) -> None:
    with ExitStack() as held, holding(four, "ada") as elsewhere:
        assert [taken(Turns(), four, "ada", held) for _ in range(2)] == [True, False]
        assert [taken(Turns(), four, "ben", held) for _ in range(3)] == [True, True, False]
        elsewhere.send_signal(signal.SIGKILL)
        elsewhere.wait()
        assert taken(Turns(), four, "ada", held)


@contextmanager
def holding(places: Places, sender: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a place until it dies."""
    script = (
        "import sys; from pathlib import Path; from marking.verification.places import Places, Turns\n"
        f"with Turns().place(Places(Path({str(places.folder)!r}), 4, share=2), {sender!r}, patience=1) as is_taken:\n"
        "    print(is_taken, flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        try:
            yield process
        finally:
            process.kill()


def test_who_was_served_longest_ago_is_next(tmp_path: Path) -> None:
    one, turns, order = Places(tmp_path / "places", 1, share=1), Turns(), []

    def wait(sender: str) -> None:
        with turns.place(one, sender, patience=60) as is_taken:
            assert is_taken
            order.append(sender)

    with turns.place(one, "flood", patience=0):
        threads = [threading.Thread(target=wait, args=[name]) for name in (*["flood"] * 4, "ada", "ben")]
        for thread in threads:
            thread.start()
        while len(turns._waiting) < len(threads):
            pass
    for thread in threads:
        thread.join()
    assert set(order[:2]) == {"ada", "ben"}
    assert Counter(order) == {"flood": 4, "ada": 1, "ben": 1}


def test_it_forgets_whose_turn_it_was_when_there_were_too_many(
    four: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_REMEMBERED", 2)
    turns = Turns()
    for sender in "abcde":
        with turns.place(four, sender, patience=0) as is_taken:
            assert is_taken


def test_a_place_names_nobody_once_it_is_free(four: Places) -> None:
    with Turns().place(four, "ada", patience=0):
        assert any("ada" in file.read_text() for file in four.folder.iterdir())
    assert not any("ada" in file.read_text() for file in four.folder.iterdir())


def test_a_sender_in_a_crowd_is_left_less_and_a_newcomer_is_let_in() -> None:
    hands = Hands(12)

    def flood(sender: str) -> int:
        return sum(hands.take(sender) for _ in range(20))

    assert [flood(sender) for sender in "abcdefghi"] == [3, 2, 2, 1, 1, 1, 1, 1, 0]
    assert (hands.held_by("a"), hands.held_by("i")) == (3, 0)
    for _ in range(3):
        hands.give_back("a")
    assert hands.take("i")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_hands_never_hold_more_than_there_are(senders: list[str]) -> None:
    hands, held = Hands(6), []
    for sender in senders:
        if hands.take(sender):
            held.append(sender)
        elif held:
            hands.give_back(held.pop(0))
        assert len(held) <= 6
        assert all(hands.held_by(each) == held.count(each) for each in "abc")
