"""The picture that a request is about. The room that keeps it says how to open it; this one knows no pictures."""

from __future__ import annotations

from collections.abc import Callable

Opener = Callable[[str], bytes | None]
"""Takes a request's subject, such as ``work:8Z0K3…``, and returns a small JPEG with the visible label on it, or None."""

_openers: list[Opener] = []


def register(open_picture: Opener) -> None:
    """Let ``open_picture`` be asked for the pictures of its subjects. It must never return one without the visible label."""
    if open_picture not in _openers:
        _openers.append(open_picture)


def picture_of(subject: str) -> bytes | None:
    """A labelled JPEG of what a request is about; None where it is about nothing yet, or there is no picture."""
    return (
        next((found for opener in _openers if (found := opener(subject)) is not None), None)
        if subject
        else None
    )
