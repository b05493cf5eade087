"""Children, and the adults who act for them. For tests."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.identity.documents import check_character

if TYPE_CHECKING:
    from accounts.users.models import User

NAME = "Lin Xiao"


def born_years_ago(years: int) -> date:
    """The first of January ``years`` before this one's."""
    return date(timezone.localdate().year - years, 1, 1)


def birthday(born: date, years: int) -> datetime:
    """The midday of the day on which somebody turns ``years``."""
    return timezone.make_aware(datetime.combine(born.replace(year=born.year + years), time(12)))


def number_of(born: date) -> str:
    """A well-formed number of somebody born then."""
    digits = f"110101{born:%Y%m%d}001"
    return digits + check_character(digits)


def child_of(guardian: User, confirmed_by: User, born: date, name: str = NAME) -> User:
    """A child whose guardian is confirmed."""
    from accounts.guardians.models import Relation
    from accounts.guardians.services import claim_ward, confirm
    from accounts.identity.documents import DocumentType

    claimed = claim_ward(
        by=guardian,
        relation=Relation.PARENT,
        document_type=DocumentType.RESIDENT_ID,
        name=name,
        number=number_of(born),
    )
    confirm(by=confirmed_by, guardianship=claimed)
    return claimed.ward
