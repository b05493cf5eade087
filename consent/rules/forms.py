"""The form of one's standing rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.identity.levels import Level
from accounts.identity.wording import describe
from consent.rules.answering import Rules, WhoMayAsk
from consent.scope import Purpose
from consent.wording import WORDS

_WHO = {
    WhoMayAsk.ANYBODY: _("Anybody with a checked name"),
    WhoMayAsk.LISTED: _("Only those I list"),
    WhoMayAsk.NOBODY: _("Nobody"),
}


class RulesForm(forms.Form):
    """Who may ask, for what, and when one wants to be told."""

    who = forms.ChoiceField(
        label=_("Who may ask me"),
        choices=[(each.value, _WHO[each]) for each in WhoMayAsk],
        widget=forms.RadioSelect,
    )
    listed = forms.CharField(
        label=_("Producer ids of those I list"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One in each line. They find it on their profile."),
    )
    least_level = forms.TypedChoiceField(
        label=_("How far their name must have been checked"),
        choices=[(level.value, describe(level)) for level in Level],
        coerce=int,
    )
    purposes = forms.MultipleChoiceField(
        label=_("What they may ask for"),
        choices=[(each.value, WORDS[each.value]) for each in Purpose],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none to let them ask for anything. Asking is not getting: each time you decide."),
    )
    only_with_preview = forms.BooleanField(
        label=_("Only uses whose finished file I approve first"), required=False
    )
    quiet_until = forms.DateTimeField(
        label=_("Do not tell me of requests before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    most_per_week = forms.IntegerField(
        label=_("Tell me of at most so many a week"), required=False, min_value=1, max_value=100
    )

    @staticmethod
    def initial_for(rules: Rules) -> dict[str, Any]:
        """The form's values for rules that are set."""
        return {
            "who": rules.who.value,
            "listed": "\n".join(sorted(rules.listed)),
            "least_level": rules.least_level,
            "purposes": sorted(rules.purposes or ()),
            "only_with_preview": rules.only_with_preview,
            "quiet_until": rules.quiet_until,
            "most_per_week": rules.most_per_week,
        }

    def rules(self) -> Rules:
        """The rules as the form says them. Only for a valid form."""
        data = self.cleaned_data
        return Rules(
            who=WhoMayAsk(data["who"]),
            listed=frozenset(data["listed"].upper().split()),
            least_level=data["least_level"],
            purposes=frozenset(Purpose(each) for each in data["purposes"]) or None,
            only_with_preview=data["only_with_preview"],
            quiet_until=data["quiet_until"],
            most_per_week=data["most_per_week"],
        )
