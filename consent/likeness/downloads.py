"""How often what shows somebody was downloaded. Whoever keeps the files registers here who counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Counter = Callable[[Iterable[str]], Mapping[str, int]]
"""From subjects of uses, such as ``work:8Z0K3…``, to numbers of downloads; a subject may be missing."""

_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """Ask ``counter`` from now on. A second call with the same changes nothing."""
    if counter not in _counters:
        _counters.append(counter)


def downloads_of(subjects: Iterable[str]) -> dict[str, int]:
    """Return how often each of ``subjects`` was downloaded, as far as somebody counts."""
    asked = list(subjects)
    counted: dict[str, int] = {}
    for counter in _counters:
        counted.update(counter(asked))
    return counted
