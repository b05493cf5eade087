"""Forms around organisations and mandates."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identity import documents
from accounts.identity.stated import LONGEST_REASON
from accounts.organisations.states import Scope

SCOPES = {
    Scope.PUBLISH: _("Mark and publish works"),
    Scope.REQUEST_CONSENT: _("Ask people for their consent"),
    Scope.DELEGATE: _("Name and remove other delegates"),
}


class OrganisationForm(forms.Form):
    """An organisation as its licence names it. What fits together is checked where it is stored."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "maxlength": documents.LONGEST_NAME}),
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


class MandateForm(forms.Form):
    """Whom an organisation lets act for it, in what, and until when."""

    delegate_id = forms.CharField(
        label=_("Producer id of the person"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    scopes = forms.TypedMultipleChoiceField(
        label=_("The person may"),
        choices=list(SCOPES.items()),
        coerce=Scope,
        widget=forms.CheckboxSelectMultiple,
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def mandate(self) -> dict[str, Any]:
        """What :func:`accounts.organisations.services.give_mandate` takes."""
        given = self.cleaned_data
        ends_at = timezone.make_aware(datetime.combine(given["ends_on"], time.max))
        return {"delegate_id": given["delegate_id"], "scopes": frozenset(given["scopes"]), "ends_at": ends_at}


class ReasonForm(forms.Form):
    """Why an organisation is turned down or ended."""

    reason = forms.CharField(
        label=_("Reason, which the person reads"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
