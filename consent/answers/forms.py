"""What a person sends when they answer."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.answers.agreeing import NONCE_BYTES, Seen
from consent.answers.codes import DIGITS
from consent.answers.signing import LONGEST_ASSERTION
from consent.answers.text import TICKS
from consent.answers.ticks import Tick


class Act(StrEnum):
    """What can be done with a request without agreeing to it."""

    REFUSE = "refuse"
    REFUSE_OPENLY = "refuse_openly"
    LATER = "later"
    NOT_ME = "not_me"
    REPORT = "report"
    BLOCK = "block"


class ActForm(forms.Form):
    """The button that was pressed."""

    act = forms.TypedChoiceField(choices=[(each.value, each.value) for each in Act], coerce=Act)


class CodeForm(forms.Form):
    """The code from the mail, as people type it: in groups, in any width of type."""

    code = forms.CharField(
        label=_("The six digits from the mail"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        written = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        digits = "".join(each for each in written if each.isdigit() and each.isascii())
        return digits[: DIGITS + 1]


class SeenForm(forms.Form):
    """Which version of a request, with which scope, the page showed."""

    version = forms.IntegerField(min_value=1, max_value=32_767, widget=forms.HiddenInput)
    scope_sha256 = forms.RegexField(r"\A[0-9a-f]{64}\Z", widget=forms.HiddenInput)

    def seen(self) -> Seen:
        """What the person looked at."""
        return Seen(self.cleaned_data["version"], self.cleaned_data["scope_sha256"])


class TicksForm(SeenForm):
    """The separate consents, none ticked beforehand. Which are needed is the service's to say."""

    def __init__(self, *args: Any, ticks: tuple[Tick, ...] = tuple(Tick), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_ticks(ticks)

    def add_ticks(self, ticks: tuple[Tick, ...]) -> None:
        """Add a box for each of ``ticks``."""
        for tick in ticks:
            self.fields[tick.value] = forms.BooleanField(label=TICKS[tick], required=False)

    def ticked(self) -> frozenset[Tick]:
        """The consents that were ticked."""
        return frozenset(each for each in Tick if self.cleaned_data.get(each.value))


class AgreementForm(forms.Form):
    """What was asked, and a signature or a typed sentence under it."""

    nonce = forms.RegexField(rf"\A[0-9a-f]{{{2 * NONCE_BYTES}}}\Z", widget=forms.HiddenInput)
    assertion = forms.CharField(required=False, max_length=LONGEST_ASSERTION, widget=forms.HiddenInput)
    typed = forms.CharField(required=False, max_length=100)

    def question(self) -> bytes:
        """The nonce of what was asked."""
        return bytes.fromhex(self.cleaned_data["nonce"])
