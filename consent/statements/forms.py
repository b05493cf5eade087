"""Forms of a spoken statement."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.statements.services import LONGEST_REASON


class RecordingForm(forms.Form):
    """A recording, straight from the telephone's own recorder where there is one."""

    recording = forms.FileField(
        label=_("Recording"),
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*,video/*", "capture": "user"}),
    )


class RejectionForm(forms.Form):
    """Why a statement is not believed."""

    reason = forms.CharField(
        label=_("Reason, which the person reads"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
