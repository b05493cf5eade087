"""The numbers in what the record log calls things. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


def references_in(subjects: Iterable[str]) -> list[UUID]:
    """The number of each subject ``kind:number``; those without one are left out."""
    found = []
    for subject in subjects:
        try:
            found.append(UUID(subject.partition(":")[2]))
        except ValueError:
            continue
    return found
