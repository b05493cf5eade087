"""The forms of those who write notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from marking.desk.filing.forms import PlainText, WrittenNumber
from marking.desk.refutations.services import LONGEST_SIGNER, TEXT_LENGTHS, Wording
from marking.works.models import Work
from marking.works.queries import published_work


def _text(label: Any) -> PlainText:
    fewest, most = TEXT_LENGTHS
    widget = forms.Textarea(attrs={"rows": 4})
    return PlainText(label=label, min_length=fewest, max_length=most, widget=widget)


class WordingForm(forms.Form):
    """What a note says."""

    zh = _text(_("What is so, in Chinese"))
    en = _text(_("What is so, in English"))
    sources = PlainText(
        label=_("Sources"),
        required=False,
        help_text=_("One address on each line."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    signer = forms.CharField(
        label=_("Who answers for it"), max_length=LONGEST_SIGNER, help_text=_("An organisation or an office.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer"].initial = settings.ENVIRONMENT["YINJI_PROVIDER_NAME"][:LONGEST_SIGNER]

    def wording(self) -> Wording:
        """What a valid form says."""
        said = self.cleaned_data
        return Wording(said["zh"], said["en"], said["sources"].split("\n"), said["signer"])


class NewRefutationForm(WordingForm):
    """A note on a work."""

    work = WrittenNumber(
        label=_("Number of the work"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("work",)

    def clean_work(self) -> Work:
        try:
            return published_work(self.cleaned_data["work"])
        except Http404:
            raise forms.ValidationError(_("This site has released no work of this number.")) from None


class RevisionForm(WordingForm):
    """The next version of a note."""

    withdraws = forms.BooleanField(label=_("This takes the note back; the texts say why"), required=False)
