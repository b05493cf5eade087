"""Parts of addresses."""

from __future__ import annotations

from django.urls.converters import StringConverter


class WorkCode(StringConverter):
    """A work number as written: ten letters and digits. What it stands for is looked up by the view."""

    regex = "[0-9A-Za-z]{10}"


class Preview(StringConverter):
    """Which of the two previews."""

    regex = "before|after"
