"""What the vault keeps of a person. Pure."""

from __future__ import annotations

from enum import StrEnum


class Field(StrEnum):
    """One thing that can be opened by itself."""

    NAME = "name"
    NUMBER = "number"
    PHONE = "phone"
