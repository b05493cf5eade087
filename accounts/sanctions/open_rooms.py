"""What stays open to an account that is suspended or closed: everything by which people look after their own rights."""

from __future__ import annotations

_rooms: set[str] = {"standing", "me", "notices", "wards", "my_data", "reasons", "accesses"}


def register(*namespaces: str) -> None:
    """Keep the addresses of these namespaces open. The rooms above register theirs when the site starts."""
    _rooms.update(namespaces)


def is_open(namespace: str) -> bool:
    """Whether a suspended account may enter the room."""
    return namespace in _rooms
