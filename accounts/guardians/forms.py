"""Forms around children and the adults who act for them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.guardians.models import Relation
from accounts.identity import documents, wording
from accounts.identity.documents import DocumentType
from accounts.identity.stated import LONGEST_REASON


class WardForm(forms.Form):
    """A child: its name, its document, and what one is to it. What fits together is checked where it is stored."""

    relation = forms.TypedChoiceField(label=_("You are its"), choices=Relation.choices, coerce=Relation)
    document_type = forms.TypedChoiceField(
        label=_("Document of the child"),
        choices=[
            (each.value, wording.describe_document(each))
            for each in documents.STATED
            if each is not DocumentType.ORGANISATION
        ],
        coerce=DocumentType,
    )
    name = forms.CharField(
        label=_("Name as printed on the document"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": documents.LONGEST_NAME}),
    )
    number = forms.CharField(
        label=_("Document number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only where the number does not hold it, as in passports and travel permits."),
    )


class HandOverForm(forms.Form):
    """The child's own address."""

    address = forms.EmailField(
        label=_("E-mail address of the child"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class TurnDownForm(forms.Form):
    """Why a guardianship is turned down."""

    reason = forms.CharField(
        label=_("Reason, which the person reads"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
