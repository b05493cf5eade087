"""What a hold is set by."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class HoldForm(forms.Form):
    """Of what, for which proceedings, by which paper."""

    subject = forms.CharField(
        label=_("Account, work or case"),
        max_length=48,
        help_text=_("Such as work:8Z0K3ABCDE or user:0123456789AB."),
    )
    case = forms.CharField(label=_("Number of the proceedings"), max_length=60)
    document_sha256 = forms.CharField(label=_("SHA-256 of the paper that asks for it"), max_length=80)
