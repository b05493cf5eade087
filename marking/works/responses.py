"""Answers that carry a stored file."""

from __future__ import annotations

from django.http import FileResponse


def sealed_off(response: FileResponse) -> FileResponse:
    """Keep a browser from ever treating what somebody uploaded as a page of this site."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
