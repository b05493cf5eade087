"""Who has a stake in a request: the persons, and who has one in what it is about. Others ask, approve and read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.elevation.contents import content_of
from accounts.elevation.document import DocumentInvalid
from accounts.proposals.stakes import holders_of
from accounts.vault.wrapped_key import Damaged, Erased

if TYPE_CHECKING:
    from accounts.elevation.models import Elevation


def concerned_by(producer_ids: Iterable[str], about: str) -> frozenset[int]:
    """Who has a stake in opening the identities of ``producer_ids`` because of ``about``, such as a case; "" where nothing is named."""
    return holders_of(about, *(f"user:{each}" for each in producer_ids))


def holders_in(elevation: Elevation) -> frozenset[int]:
    """Who has one in a request. What it was about is not known any more once its content is gone."""
    people = elevation.persons.values_list("person__producer_id", flat=True)
    return concerned_by(people, _about(elevation))


def _about(elevation: Elevation) -> str:
    try:
        return content_of(elevation).asked.about
    except (Erased, Damaged, DocumentInvalid):
        return ""
