"""Forms around a claim to a real name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identity import documents, wording
from accounts.identity.documents import DocumentInvalid, DocumentType
from accounts.identity.providers import registry
from accounts.identity.stated import LONGEST_REASON


class ClaimForm(forms.Form):
    """A kind of document, the name on it and its number, each checked for form."""

    document_type = forms.TypedChoiceField(
        label=_("Document"),
        choices=[(each.value, wording.describe_document(each)) for each in documents.STATED],
        coerce=DocumentType,
    )
    name = forms.CharField(
        label=_("Name as printed on the document"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": documents.LONGEST_NAME}),
    )
    number = forms.CharField(
        label=_("Document number"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=_("Spaces, hyphens, full-width digits and a small x are all right."),
    )

    birth_date = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=_("Only where the number does not hold it, as in passports and travel permits."),
    )

    phone = forms.CharField(
        label=_("Mobile number"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("Of mainland China, registered in your own name. It is used for this check alone."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not registry.asks_for_phone():
            del self.fields["phone"]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        try:
            return documents.check_phone(phone) if phone else ""
        except DocumentInvalid as error:
            raise forms.ValidationError(wording.complain(error), code=error.code) from error

    def clean_name(self) -> str:
        try:
            return documents.check_name(self.cleaned_data["name"])
        except DocumentInvalid as error:
            raise forms.ValidationError(wording.complain(error), code=error.code) from error

    def clean(self) -> dict[str, Any]:
        kind, number = self.cleaned_data.get("document_type"), self.cleaned_data.get("number")
        if kind is not None and number is not None:
            try:
                documents.check(
                    kind, number, timezone.localdate(), stated_birth=self.cleaned_data.get("birth_date")
                )
            except DocumentInvalid as error:
                self.add_error("number", forms.ValidationError(wording.complain(error), code=error.code))
        return self.cleaned_data


class RejectionForm(forms.Form):
    """Why a claim is turned down."""

    reason = forms.CharField(
        label=_("Reason, which the person reads"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
