"""The number of a work, as somebody wrote it down."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marking.desk.filing.forms import WrittenNumber


class NumberForm(forms.Form):
    """Ten letters and digits, in groups or not."""

    number = WrittenNumber(
        label=_("Number of the work"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
