"""The forms of a work that waits for consent."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.requests import askable
from consent.requests.fields import SeveralOf, YesOrNo, accepted
from consent.requests.forms import LONGEST_ADDRESS, ClausesForm
from consent.requests.names import LONGEST_NAME
from consent.requests.plain_words import LONGEST
from consent.requests.services import DEFAULT_DAYS, MOST_DAYS
from consent.scope import Content, Element, Operation, Use
from consent.wording import CLAUSES
from marking.consenting.services import Place

CONTENTS = [
    (Content.SEXUAL.value, _("sexual content")),
    (Content.INTIMATE.value, _("intimate content")),
    (Content.IDENTITY_CHECK.value, _("made to pass somebody's identity check")),
    (Content.OFFICIAL_NEWS.value, _("speech of an official news presenter")),
    (Content.FORBIDDEN.value, _("content that the law forbids here")),
]


class TermsForm(ClausesForm):
    """What a work is for. A work is one file."""

    outputs = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    theme = forms.CharField(
        label=_("Theme"),
        max_length=LONGEST,
        required=False,
        help_text=_("Where a consent is bound to themes: the one of this work, word for word."),
    )
    is_sublicensed = YesOrNo(_("Does somebody else use it in your place?"))
    goes_abroad = YesOrNo(_("Is it disclosed to recipients abroad?"))
    content = forms.TypedMultipleChoiceField(
        label=_("Is any of this in it?"),
        choices=CONTENTS,
        coerce=Content,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_theme(self) -> str:
        theme: str = self.cleaned_data["theme"]
        accepted(askable.require_themes, frozenset({theme} - {""}))
        return theme

    def terms(self) -> Use:
        """The terms that a valid form says."""
        said = self.cleaned_data
        same = ("purposes", "media", "audience", "recipients", "channels", "territories", "seconds", "money",
                "is_sublicensed", "label", "goes_abroad", "withdrawal")  # fmt: skip
        return Use(
            depicted=None,
            **{name: said[name] for name in same},
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            outputs=1,
            theme=said["theme"] or None,
            content=frozenset(said["content"]),
        )


class _PersonForm(forms.Form):
    """What of a person is in the work, and what was done with it."""

    elements = SeveralOf(Element, CLAUSES["element"])
    operations = SeveralOf(Operation, CLAUSES["operation"])


class AskForm(_PersonForm):
    """Somebody new, to be asked for exactly what the work is for."""

    name = forms.CharField(label=_("Real name of the person"), max_length=LONGEST_NAME)
    address = forms.EmailField(label=_("E-mail address of the person"), max_length=LONGEST_ADDRESS)
    days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS
    )

    field_order = ("name", "address", "days")

    def place(self) -> Place:
        """The person that a valid form names."""
        return Place(**self.cleaned_data)


class GrantForm(_PersonForm):
    """Somebody whose consent one holds already."""

    grant = forms.TypedChoiceField(label=_("Consent"))

    field_order = ("grant",)

    def __init__(self, *args: Any, grants: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["grant"]).choices = grants
