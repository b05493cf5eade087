"""Parts of addresses."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter, get_converters


class WorkCode(StringConverter):
    """A work number as written: ten letters and digits. What it stands for is looked up by the view."""

    regex = "[0-9A-Za-z]{10}"


class Preview(StringConverter):
    """Which of the two previews."""

    regex = "before|after"


def register() -> None:
    """Make both known to Django's URLconf. Safe to call from each URL module."""
    for name, converter in (("work", WorkCode), ("preview", Preview)):
        if name not in get_converters():
            register_converter(converter, name)
