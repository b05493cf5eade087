"""Sanctions as staff imposes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import is_limited
from accounts.sanctions.reasoning import Ground, Reasons
from accounts.sanctions.services import impose
from accounts.sanctions.states import Function, Step
from accounts.users.models import User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REASONS = Reasons(
    Ground.INCOMPATIBLE,
    "User agreement, section 4",
    "Works were published that mislead about an election.",
    "Three works of February show speeches that nobody held.",
)


def moderator(name: str = "moderator") -> User:
    """A member of the staff that decides about accounts."""
    from django.contrib.auth.models import Group

    found = User.objects.create_user(f"{name}@example.com", "correct horse battery")
    found.groups.add(Group.objects.get_or_create(name="moderator")[0])
    return found


def sanctioned(user: User, by: User, step: Step = Step.LIMIT, **said: Any) -> Sanction:
    """A sanction that ``by`` imposed or proposed."""
    defaults: dict[str, Any] = {"days": None if step is Step.CLOSE else 30, "reasons": REASONS, "now": NOW}
    if step is Step.LIMIT:
        defaults["functions"] = [Function.GENERATE]
    return impose(by=by, user=user, step=step, **(defaults | said))


def open_functions(user: User, now: datetime) -> set[Function]:
    """The functions that an account is kept from by nothing."""
    return {each for each in Function if not is_limited(user, each, now)}
