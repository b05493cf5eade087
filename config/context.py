"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address and the two languages it speaks, in their own names."""
    return {"site_url": settings.SITE_URL, "languages": [("zh-hans", "简体中文"), ("en", "English")]}
