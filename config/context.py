"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access.roles import permissions_of


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address, its languages in their own names, and the keys of what the reader may do."""
    return {
        "site_url": settings.SITE_URL,
        "languages": settings.LANGUAGES,
        "permissions": SimpleLazyObject(lambda: {each.key for each in permissions_of(request.user)}),
    }
