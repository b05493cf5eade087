"""The forms of those who appeal and of those who decide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marking.desk.appeals.services import TEXT_LENGTHS
from marking.desk.appeals.states import AppealState
from marking.desk.filing.forms import CodeForm, PlainText


class AppealForm(forms.Form):
    """Why a decision is wrong."""

    text = PlainText(
        label=_("Why is the decision wrong?"),
        min_length=TEXT_LENGTHS[0],
        max_length=TEXT_LENGTHS[1],
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class CaseAppealForm(CodeForm, AppealForm):
    """The same, of whoever knows the number and the code of a case."""


class DecisionForm(forms.Form):
    """Whether the first decision stands."""

    outcome = forms.TypedChoiceField(
        label=_("Outcome"),
        choices=[
            (AppealState.UPHELD.value, _("The first decision stands")),
            (AppealState.OVERTURNED.value, _("Overturn it: what was done is undone at once")),
        ],
        coerce=AppealState,
        widget=forms.RadioSelect,
    )
    reasons = PlainText(
        label=_("Reasons, which the appellant reads"),
        min_length=TEXT_LENGTHS[0],
        max_length=TEXT_LENGTHS[1],
        widget=forms.Textarea(attrs={"rows": 5}),
    )
