"""What pages of proposals have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages

from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest


def tried(request: HttpRequest, act: Callable[[], object]) -> Refusal | None:
    """Do it; where it is refused, have the next page say so, and return the refusal."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return refusal
    return None
