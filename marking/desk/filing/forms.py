"""The forms of complainants and of the desk."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.http import Http404
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from marking.desk.cases.kinds import NOT_FILED_BY_ANYBODY, Kind
from marking.desk.cases.locations import without_separators
from marking.desk.filing.services import DESCRIPTION_LENGTHS, Complaint
from marking.desk.wording import KINDS
from marking.verification.report import Verdict
from marking.works.models import Work
from marking.works.queries import published_work

TOKEN = re.compile(r"\A[0-9a-f]{32}\Z")
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
LONGEST_LOCATION, LONGEST_SIGNATURE = 500, 100
"""Characters."""
LONGEST_DOMAIN = 253  # RFC 1035 section 2.3.4, as text


class PlainText(forms.CharField):
    """Some lines of text. A line ends in one character, as browsers count it, not in the two that they send.

    Characters that show nothing or turn the text around (Unicode category C) are left out, and so not counted either.
    A null stays, to be refused.
    """

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", (super().to_python(value) or "").replace("\r\n", "\n"))
        return "".join(c for c in text if c in "\n\t\0" or unicodedata.category(c)[0] != "C").strip()


class WrittenNumber(forms.CharField):
    """A number or code of ten characters as people write it down: in groups, in any width of type."""

    def to_python(self, value: Any) -> str:
        return without_separators(super().to_python(value) or "")


def released_work(code: str) -> Work | None:
    """The released work of this number; None where none is named. Raises ValidationError for a number that no work has."""
    try:
        return published_work(code) if code else None
    except Http404:
        sentence = _("This site has released no work of this number. Correct it, or leave the field empty.")
        raise forms.ValidationError(sentence, code="unknown_work") from None


def reachable(contact: str) -> str:
    """The address, where mail can be sent to it: its domain as the wire writes it (RFC 5891) fits into DNS. Raises ValidationError."""
    domain = contact.rpartition("@")[2]
    try:
        is_short = len(domain.encode("idna")) <= LONGEST_DOMAIN
    except UnicodeError:
        is_short = False
    if not is_short:
        raise forms.ValidationError(validate_email.message, code="invalid")
    return contact


class ComplaintForm(forms.Form):
    """A complaint, or feedback. ``token`` was made with the form; ``sha256`` is of the file that was checked, or empty."""

    token = forms.RegexField(TOKEN, widget=forms.HiddenInput)
    sha256 = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(
        label=_("What is it about?"),
        choices=[(each.value, words) for each, words in KINDS.items() if each not in NOT_FILED_BY_ANYBODY],
        coerce=Kind,
        widget=forms.RadioSelect,
    )
    work = WrittenNumber(
        label=_("Number of the work"),
        required=False,
        max_length=40,
        help_text=_(
            "Ten letters and digits, where you know it: on the certificate, in the file's label, in our report."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    include_file = forms.BooleanField(
        label=_(
            "Add the fingerprint (SHA-256) of the file that I checked, so that the desk can recognise it."
        ),
        required=False,
    )
    description = PlainText(
        label=_("What should we know?"),
        min_length=DESCRIPTION_LENGTHS[0],
        max_length=DESCRIPTION_LENGTHS[1],
        help_text=_("Plain text: what is wrong, where it can be seen, what you ask for."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    contact = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=LONGEST_ADDRESS,
        help_text=_(
            "Only if you want a mail when there is an answer. It is stored sealed and erased when the case is closed."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    location = PlainText(
        label=_("Where can it be seen?"),
        required=False,
        max_length=LONGEST_LOCATION,
        help_text=_(
            "A web address, or other words by which it is found. Not needed where you named the work."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    good_faith = forms.BooleanField(
        label=_(
            "I say this in good faith: I believe that it was published without consent, and what I wrote is true."
        ),
        required=False,
        help_text=_("Needed for intimate pictures, before the 48 hours begin."),
    )
    signature = PlainText(
        label=pgettext_lazy("of a person", "Signature"),
        required=False,
        max_length=LONGEST_SIGNATURE,
        help_text=_(
            "Your name, typed: for intimate pictures, of the person shown or of who may act for them. Stored sealed."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not SHA256.fullmatch(self["sha256"].value() or ""):
            del self.fields["include_file"], self.fields["sha256"]

    def clean_work(self) -> Work | None:
        return released_work(self.cleaned_data["work"])

    def clean_contact(self) -> str:
        return reachable(self.cleaned_data["contact"])

    def complaint(self) -> Complaint:
        """What a valid form says. The file is named only where its sender ticked the box."""
        said = self.cleaned_data
        return Complaint(
            token=said["token"],
            kind=said["kind"],
            description=said["description"],
            work=said["work"],
            file_sha256=said["sha256"] if said.get("include_file") else "",
            contact=said["contact"],
            language=get_language() or "en",
            location=said["location"],
            signature=said["signature"],
            is_in_good_faith=said["good_faith"],
        )


class CodeForm(forms.Form):
    """The two things that open a case to whoever filed it."""

    number = WrittenNumber(
        label=_("Case number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = WrittenNumber(
        label=_("Case code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class OpinionForm(forms.Form):
    """Whether a report is right, said under it, with what the report was."""

    is_right = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes", empty_value=None
    )
    verdict = forms.TypedChoiceField(choices=[(each.value, each.value) for each in Verdict], coerce=Verdict)
