"""What every template may use."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access.roles import permissions_of
from accounts.notices.queries import unread_count


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address, its languages in their own names, the keys of what the reader may do,
    and how many notices they have not read. The last two ask the database only where a template asks for them, and once.
    """
    return {
        "site_url": settings.SITE_URL,
        "languages": settings.LANGUAGES,
        "permissions": SimpleLazyObject(lambda: {each.key for each in permissions_of(request.user)}),
        "unread_notices": cache(lambda: unread_count(request.user)),
    }
