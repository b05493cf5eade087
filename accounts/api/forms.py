"""What a person says about a machine that shall act for them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ClientForm(forms.Form):
    """The name of a new client."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for, such as the name of the service.")
    )
