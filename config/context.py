"""What every template may use."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access.roles import permissions_of
from accounts.notices.queries import unread_count
from config.desk import navigation


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address, the filings that its foot names, its languages in their own names, the keys of what the reader may do,
    the rooms of the desk open to them, and how many notices they have not read. The last three ask the database only where a template asks for them, and once.
    """
    held = cache(lambda: permissions_of(request.user))
    return {
        "site_url": settings.SITE_URL,
        "languages": settings.LANGUAGES,
        "permissions": SimpleLazyObject(lambda: {each.key for each in held()}),
        "desk_navigation": SimpleLazyObject(lambda: navigation(request.path, held())),
        "filings": settings.ENVIRONMENT["YINJI_ALGORITHM_FILINGS"],
        "icp": next(iter(settings.ENVIRONMENT["YINJI_ICP_FILING"]), None),
        "unread_notices": cache(lambda: unread_count(request.user)),
    }
