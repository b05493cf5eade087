"""Claims that a provider decides on: settings under which one of the fake ones is asked, and the local one asked."""

from __future__ import annotations

from typing import Any

from django.test import override_settings
from django.utils import timezone

from accounts.identity import asking, queries
from accounts.identity.models import IdentityClaim
from accounts.identity.services import submit_claim
from accounts.users.models import User
from config.environment import Environment, read

from .providers.asked_adapters import Adapter
from .providers.fake_openid import ACR
from .providers.fake_servers import KEY_ID, SECRET


def environment_of(name: str, adapter: Adapter) -> Environment:
    return read(
        {
            "YINJI_IDENTITY_PROVIDER": name,
            "YINJI_IDENTITY_URL": adapter.server.url,
            "YINJI_IDENTITY_KEY_ID": KEY_ID,
            "YINJI_IDENTITY_KEY_SECRET": SECRET,
            "YINJI_IDENTITY_ASSURANCE": ACR if name == "result-only" else "",
        }
    )


def taken_at_word(by: User, **facts: Any) -> IdentityClaim:
    """The claim of ``by`` after the worker asked the local provider, which takes everybody's word."""
    with override_settings(ENVIRONMENT=read({"YINJI_IDENTITY_PROVIDER": "local"})):
        claim = submit_claim(by=by, **facts)
        question = queries.open_question_of(by)
        assert question is not None
        asking.ask(question.pk, facts.get("now") or timezone.now())
    claim.refresh_from_db()
    return claim
