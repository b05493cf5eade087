"""Forms of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.users import services
from accounts.users.models import User
from accounts.users.queries import current_agreement


class SignupForm(forms.Form):
    """What signing up asks for beyond allauth's own fields: the user agreement, read and accepted."""

    agreement = forms.BooleanField(
        required=True,
        error_messages={
            "required": _("Please read and accept the user agreement; without it there is no account.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].label = format_html(
            gettext(
                'I have read and accept the <a href="{url}">user agreement</a>, including how files are marked.'
            ),
            url=reverse("me:agreement"),
        )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Record the acceptance of the agreement in force; allauth calls this with the stored account."""
        if (agreement := current_agreement()) is not None:
            services.accept_agreement(by=user, version=agreement.version)


class AcceptanceForm(forms.Form):
    """The agreement accepted on its own page: the version that was shown, and a tick."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label=_("I have read this agreement, including the section on marking, and accept it."),
        error_messages={"required": _("Please tick the box if you accept the agreement.")},
    )
