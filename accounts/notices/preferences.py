"""How somebody wants to be mailed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from accounts.notices.kinds import Kind, all_kinds
from accounts.notices.models import MailPreferences
from accounts.users.models import User


def preferences_of(user: User) -> MailPreferences:
    """What ``user`` chose, or, unsaved, what holds for those who chose nothing."""
    found = MailPreferences.objects.filter(user=user).first()
    return found or MailPreferences(user=user, language=settings.LANGUAGE_CODE)


def wants_mail(preferences: MailPreferences, kind: Kind) -> bool:
    """Whether a notice of ``kind`` is mailed."""
    return kind.is_mailed and (kind.is_required or kind.code not in preferences.unwanted)


def choose(*, by: User, language: str, wanted: Collection[str]) -> MailPreferences:
    """Be mailed in ``language``, and of the kinds that can be chosen only those whose codes are ``wanted``."""
    unwanted = [kind.code for kind in choosable_kinds() if kind.code not in wanted]
    chosen, _is_new = MailPreferences.objects.update_or_create(
        user=by, defaults={"language": language, "unwanted": unwanted}
    )
    return chosen


def on_sign_up(*, user: User, **kwargs: Any) -> None:
    """Mail a new account in the language in which it was made, until its owner says otherwise."""
    language = get_language() or settings.LANGUAGE_CODE
    MailPreferences.objects.get_or_create(user=user, defaults={"language": language})


def choosable_kinds() -> list[Kind]:
    """The kinds whose mail can be switched off."""
    return [kind for kind in all_kinds() if kind.is_mailed and not kind.is_required]
