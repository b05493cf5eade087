"""The picture that a request is about. The room that keeps it says how to open it; this one knows no pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class _Keeper(NamedTuple):
    has_picture: Callable[[str], bool]
    open_picture: Callable[[str], bytes | None]


_keepers: list[_Keeper] = []


def register(has_picture: Callable[[str], bool], open_picture: Callable[[str], bytes | None]) -> None:
    """Let a room be asked for the pictures of its subjects, such as ``work:8Z0K3…``.

    ``has_picture`` says at once whether there is one; ``open_picture`` returns it as a small JPEG, never one without the visible
    label, or None.
    """
    keeper = _Keeper(has_picture, open_picture)
    if keeper not in _keepers:
        _keepers.append(keeper)


def has_picture(subject: str) -> bool:
    """Whether there is something to be shown of a request's subject. A request ahead of any work has none."""
    return any(each.has_picture(subject) for each in _keepers)


def picture_of(subject: str) -> bytes | None:
    """A labelled JPEG of a request's subject; None where there is none to be had."""
    return next((each.open_picture(subject) for each in _keepers if each.has_picture(subject)), None)
