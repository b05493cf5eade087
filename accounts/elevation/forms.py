"""The form of somebody who asks, and the one that carries a signature."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.elevation import subjects
from accounts.elevation.asking import REASON_LENGTHS, Wish
from accounts.elevation.bases import LegalBasis
from accounts.elevation.keeper import Field
from accounts.elevation.models import MOST_MINUTES, MOST_PERSONS
from accounts.elevation.wording import BASES, FIELDS
from accounts.passkeys.signing import LONGEST_ASSERTION
from accounts.users.models import User

DOCUMENT_BYTES = 20 << 20
"""Bytes of a document, which is hashed and not kept."""
_BETWEEN = re.compile(r"[\s,;，；、]+")
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class AskForm(forms.Form):
    """Whose identity, which fields, why, and for how long."""

    persons = forms.CharField(
        label=_("Producer ids"),
        required=False,
        max_length=200,
        help_text=_(
            "One to three, with spaces between. Leave it empty for whoever is behind the work or case."
        ),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    about = forms.CharField(
        label=_("Work or case"),
        required=False,
        max_length=48,
        help_text=_("Such as work:8Z0K3ABCDE or case:8Z0K3ABCDE."),
        widget=forms.TextInput(attrs=_PLAIN | {"autocapitalize": "none"}),
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("What you need to see"),
        choices=[(field.value, words) for field, words in FIELDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    basis = forms.TypedChoiceField(
        label=_("Legal basis"),
        choices=[(basis.value, words) for basis, words in BASES.items()],
        coerce=LegalBasis,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        min_length=REASON_LENGTHS[0],
        max_length=REASON_LENGTHS[1],
        help_text=_("The persons read it when they are told."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    document = forms.FileField(
        label=_("The order or letter behind it"),
        required=False,
        help_text=_("Its SHA-256 is computed and kept; the file itself is not. Keep it in your own files."),
    )
    document_sha256 = forms.RegexField(
        re.compile(r"\A\s*[0-9A-Fa-f]{64}\s*\Z"),
        label=_("Or its SHA-256"),
        required=False,
        widget=forms.TextInput(attrs=_PLAIN | {"autocapitalize": "none"}),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES, initial=15)
    gag_until = forms.DateField(
        label=_("Do not tell the persons before"),
        required=False,
        help_text=_(
            "Only where telling them would defeat the purpose. From that day on they are told in any case."
        ),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    gag_reason = forms.CharField(
        label=_("Why they must not be told at once"),
        required=False,
        max_length=REASON_LENGTHS[1],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_persons(self) -> list[User]:
        """The accounts of these producer ids."""
        ids = list(dict.fromkeys(filter(None, _BETWEEN.split(self.cleaned_data["persons"].upper()))))
        if len(ids) > MOST_PERSONS:
            raise forms.ValidationError(_("At most three persons at once."), code="persons")
        found = {user.producer_id: user for user in User.objects.filter(producer_id__in=ids)}
        unknown = [each for each in ids if each not in found]
        if unknown:
            sentence = _("No account has this producer id: %(ids)s.")
            raise forms.ValidationError(sentence, code="unknown", params={"ids": ", ".join(unknown)})
        return [found[each] for each in ids]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "persons" in said and not said["persons"]:
            person = subjects.person_behind(said.get("about", ""))
            if person is None:
                self.add_error("persons", _("Nobody is known behind this: name a producer id."))
            said["persons"] = [person] if person else []
        if "document_sha256" in said:
            said["document_sha256"] = self._digest(said)
        return said

    def wish(self) -> Wish:
        """What a valid form says."""
        said = self.cleaned_data
        until: date | None = said["gag_until"]
        return Wish(
            persons=said["persons"],
            fields=frozenset(map(Field, said["fields_asked"])),
            basis=said["basis"],
            reason=said["reason"],
            document_sha256=said["document_sha256"],
            minutes=said["minutes"],
            about=said["about"],
            gag_until=until,
            gag_reason=said["gag_reason"],
        )

    def _keep(self, name: str, value: str) -> None:
        """Show ``value`` where the form is shown again: a browser sends no file twice by itself."""
        if isinstance(self.data, QueryDict):
            said = self.data.copy()
            said[self.add_prefix(name)] = value
            self.data = said

    def _digest(self, said: dict[str, Any]) -> str:
        document, written = said.get("document"), str(said["document_sha256"]).strip().lower()
        if document is None:
            if not written:
                self.add_error("document", _("Choose the document, or give its SHA-256."))
            return written
        digest = sha256()
        for piece in document.chunks():
            digest.update(piece)
        if written and written != digest.hexdigest():
            self.add_error("document_sha256", _("This is not the SHA-256 of the document."))
        else:
            self._keep("document_sha256", digest.hexdigest())
        return digest.hexdigest()


class SignatureForm(forms.Form):
    """What an approver sends: the nonce of what they read, and what their passkey made of it."""

    nonce = forms.RegexField(re.compile(r"\A[0-9a-f]{64}\Z"), widget=forms.HiddenInput)
    assertion = forms.CharField(max_length=LONGEST_ASSERTION, widget=forms.HiddenInput)
