"""The forms of the desk's decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.reasons.schema import LONGEST, Category, GroundKind, Keyword
from accounts.reasons.wording import CATEGORIES, GROUNDS, KEYWORDS
from marking.desk.cases.kinds import Kind
from marking.desk.cases.profiles import PROFILES, Pause
from marking.desk.decisions.services import ANSWER_LENGTHS
from marking.desk.filing.forms import PlainText, WrittenNumber, released_work
from marking.desk.measures.grounds import basis_of
from marking.desk.measures.queries import NearCopy
from marking.desk.wording import PAUSES
from marking.works.models import Work

SHORTEST_FACTS = 10
"""Characters."""


class TakeDownForm(forms.Form):
    """Why the access is turned off, filled in with what a case of its kind usually rests on; ``near``: copies that a human looked at."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[(each.value, GROUNDS[each]) for each in GroundKind],
        widget=forms.RadioSelect,
    )
    reference = PlainText(
        label=_("Clause"),
        max_length=LONGEST["illegal_content_legal_ground"],
        help_text=_("Of the law or of the user agreement."),
        widget=forms.TextInput,
    )
    explanation = PlainText(
        label=_("Why it is against that clause"),
        max_length=LONGEST["illegal_content_explanation"],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    facts = PlainText(
        label=_("Facts"),
        min_length=SHORTEST_FACTS,
        max_length=LONGEST["decision_facts"],
        help_text=_(
            "What was found. The owner of the work reads it: name nobody, and say nothing by which somebody could be known."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    category = forms.ChoiceField(
        label=_("Category"), choices=[(each.value, CATEGORIES[each]) for each in Category]
    )
    keywords = forms.MultipleChoiceField(
        label=_("More exactly"),
        choices=[(each.value, KEYWORDS[each]) for each in Keyword],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    near = forms.MultipleChoiceField(
        label=_("Copies that show the same, as I have seen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, kind: Kind, near: Iterable[NearCopy]) -> None:
        basis = basis_of(kind)
        usual = {
            "ground": basis.ground.value,
            "reference": basis.reference,
            "explanation": basis.explanation,
            "category": basis.category.value,
            "keywords": [each.value for each in basis.keywords],
        }
        super().__init__(data, initial=usual, auto_id="take_down_%s")
        choices = [(each.work.code, each.work.code) for each in near]
        cast(forms.ChoiceField, self.fields["near"]).choices = choices
        if not choices:
            del self.fields["near"]


class CompareForm(forms.Form):
    """Whose name is compared with the complainant's."""

    account = WrittenNumber(
        label=_("Number of the account"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PauseForm(forms.Form):
    """For what the clock stands still."""

    why = forms.TypedChoiceField(label=_("Why"), coerce=Pause)

    def __init__(self, data: Any = None, *, kind: Kind) -> None:
        super().__init__(data, auto_id="pause_%s")
        pauses = [(each.value, PAUSES[each]) for each in Pause if each in PROFILES[kind].pauses]
        cast(forms.ChoiceField, self.fields["why"]).choices = pauses


class NameWorkForm(forms.Form):
    """The work that a case is about."""

    work = WrittenNumber(
        label=_("Number of the work"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_work(self) -> Work | None:
        return released_work(self.cleaned_data["work"])


class OrderForm(forms.Form):
    """An order of an authority, as the desk enters it."""

    description = PlainText(
        label=_("What is ordered, by which authority, under which number"),
        min_length=10,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    document_sha256 = forms.RegexField(
        r"\A[0-9a-f]{64}\Z",
        label=_("SHA-256 of the document"),
        help_text=_("64 digits, as sha256sum prints them. The document itself stays with you."),
        strip=True,
    )
    work = WrittenNumber(label=_("Number of the work"), required=False, max_length=40)

    def clean_work(self) -> Work | None:
        return released_work(self.cleaned_data["work"])


class AnswerForm(forms.Form):
    """An answer, or the reason of a rejection."""

    text = PlainText(
        label=_("Answer, which the complainant reads"),
        min_length=ANSWER_LENGTHS[0],
        max_length=ANSWER_LENGTHS[1],
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class RejectionForm(AnswerForm):
    """Why a case is turned down."""

    text = PlainText(
        label=_("Reason, which the complainant reads"),
        min_length=ANSWER_LENGTHS[0],
        max_length=ANSWER_LENGTHS[1],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
