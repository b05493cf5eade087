"""The request for a copy without the visible label: what for, and the words accepted with it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marking.unlabelled.services import PURPOSE_LENGTHS


class RequestForm(forms.Form):
    """One request. ``terms`` is the version of the words that were shown; they are accepted each time anew."""

    terms = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    purpose = forms.CharField(
        label=_("What the copy is for"),
        help_text=_("Who will see it, where, and why the label would be in the way."),
        min_length=PURPOSE_LENGTHS[0],
        max_length=PURPOSE_LENGTHS[1],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    accepted = forms.BooleanField(
        label=_("I ask for this copy myself, have read these duties and take them on."),
        error_messages={"required": _("Without taking on these duties there is no copy.")},
    )
