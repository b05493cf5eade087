"""The forms of the staff who decide about accounts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.reasons.schema import Category
from accounts.reasons.wording import CATEGORIES
from accounts.sanctions import reasoning
from accounts.sanctions.reasoning import Ground, Reasons
from accounts.sanctions.services import MOST_DAYS
from accounts.sanctions.states import Function, Step
from accounts.sanctions.wording import FUNCTIONS, GROUNDS, STEPS
from accounts.users.models import PRODUCER_ID_LENGTH


class AccountForm(forms.Form):
    """Which account."""

    producer_id = forms.CharField(
        label=_("Producer id"),
        max_length=PRODUCER_ID_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class SanctionForm(forms.Form):
    """A rung of the ladder, for how long, and why. What fits together is checked where it is stored."""

    step = forms.TypedChoiceField(
        label=_("Measure"),
        choices=[(each.value, words) for each, words in STEPS.items()],
        coerce=Step,
        widget=forms.RadioSelect,
    )
    functions = forms.TypedMultipleChoiceField(
        label=_("Functions that are limited"),
        choices=[(each.value, words) for each, words in FUNCTIONS.items()],
        coerce=Function,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For a limit alone: a suspension and a closure keep the account from all of them."),
    )
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("How long it lasts; empty for a closure."),
    )
    ground = forms.TypedChoiceField(
        label=_("Ground"), choices=[(each.value, words) for each, words in GROUNDS.items()], coerce=Ground
    )
    category = forms.TypedChoiceField(
        label=_("Category"),
        choices=[(each.value, words) for each, words in CATEGORIES.items()],
        coerce=Category,
        initial=Category.TERMS.value,
    )
    clause = forms.CharField(label=_("Clause"), max_length=reasoning.LONGEST_CLAUSE)
    explanation = forms.CharField(
        label=_("Why the clause applies"),
        min_length=reasoning.FEWEST,
        max_length=reasoning.LONGEST_EXPLANATION,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    facts = forms.CharField(
        label=_("Facts and circumstances"),
        min_length=reasoning.FEWEST,
        max_length=reasoning.LONGEST_FACTS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The account holder reads all of this. Name nobody who complained."),
    )
    about = forms.RegexField(
        r"\A[a-z]+:[0-9A-Za-z-]{1,36}\Z",
        label=_("What led to it"),
        required=False,
        help_text=_("As the records call it, such as case:8Z0K3M2Q1R or work:8Z0K3M2Q1R."),
    )

    def reasons(self) -> Reasons:
        """The statement of reasons of a valid form."""
        said = self.cleaned_data
        return Reasons(said["ground"], said["clause"], said["explanation"], said["facts"], said["category"])
