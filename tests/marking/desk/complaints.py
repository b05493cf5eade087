"""What strangers write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.filing.services import Complaint, file_case

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "The woman in this picture is me, Marguerite Yourcenar, and nobody asked."
ADDRESS = "marguerite@example.org"


def complaint(**fields: Any) -> Complaint:
    """A complaint by somebody who is shown."""
    said = {"token": new_token(), "kind": Kind.NO_CONSENT, "description": TEXT, "contact": ADDRESS}
    return Complaint(**(said | fields))


def filed(**fields: Any) -> Case:
    """The case it becomes."""
    return file_case(complaint(**fields), now=NOW)[0]


def fields(**changed: str) -> dict[str, str]:
    """What a browser sends of the form."""
    said = {"token": new_token(), "kind": "no_consent", "work": "", "description": TEXT, "contact": ""}
    return said | changed
