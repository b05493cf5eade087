"""Statements of reasons for the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from accounts.reasons.models import StatementOfReasons
from accounts.reasons.schema import Category, Decision, Ground, GroundKind, Keyword, Visibility
from accounts.reasons.services import state
from accounts.users.models import User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FACTS = "A complaint named the work; the record shows no consent of the person shown."


def reasons(**changed: Any) -> dict[str, Any]:
    """What is said of a work that shows somebody without their consent."""
    said = {
        "subject": "work:8Z0K3ABCDE",
        "decision": Decision(visibility=Visibility.DISABLED),
        "ground": Ground(GroundKind.ILLEGAL, "Civil Code Art. 1019", "It shows somebody who did not agree."),
        "facts": FACTS,
        "category": Category.CYBER_VIOLENCE,
        "keywords": (Keyword.NON_CONSENSUAL_DEEPFAKE,),
        "content_date": date(2026, 2, 1),
        "by": None,
        "now": NOW,
    }
    return said | changed


def stated(person: User, **changed: Any) -> StatementOfReasons:
    """The statement that it becomes."""
    with transaction.atomic():
        return state(person=person, **reasons(**changed))
