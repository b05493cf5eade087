"""What somebody says about a webhook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.notices.webhooks.addresses import LONGEST


class WebhookForm(forms.Form):
    """The address of a new webhook."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hook"}),
        help_text=_("It begins with https:// and takes POST requests."),
    )
