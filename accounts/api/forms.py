"""What a person says about a machine that shall act for them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClientForm(forms.Form):
    """The name of a new client."""

    name = forms.CharField(
        label=pgettext_lazy("of a client", "Name"),
        max_length=100,
        help_text=_("What it is for, such as the name of the service."),
    )
