"""The fields of a form that asks for clauses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal
from consent import wording
from consent.requests import plain_words
from consent.scope import Binding

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""The days that can be meant. Nearer to either end of the calendar, another time zone's day would not exist."""
_YES_OR_NO = [("no", _("no")), ("yes", _("yes"))]
_WORDS = {**wording.WORDS, Binding.PURPOSE.value: _("any, for the agreed purpose")}


def _choices(kind: Any, without: tuple[Any, ...] = ()) -> list[tuple[str, Any]]:
    return [(each.value, _WORDS[each.value]) for each in kind if each not in without]


class SeveralOf(forms.TypedMultipleChoiceField):
    """One word or more of the vocabulary; cleans to a frozenset."""

    def __init__(self, kind: Any, label: Any) -> None:
        super().__init__(
            label=label, choices=_choices(kind), coerce=kind, widget=forms.CheckboxSelectMultiple
        )

    def clean(self, value: Any) -> Any:
        return frozenset(super().clean(value))


class OneOf(forms.TypedChoiceField):
    """One word of the vocabulary."""

    def __init__(self, kind: Any, label: Any, without: tuple[Any, ...] = (), help_text: Any = "") -> None:
        choices = _choices(kind, without)
        super().__init__(
            label=label, choices=choices, coerce=kind, widget=forms.RadioSelect, help_text=help_text
        )


class YesOrNo(forms.TypedChoiceField):
    """A clause that is agreed to by itself: no, unless somebody says yes."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            choices=_YES_OR_NO,
            coerce=lambda value: value == "yes",
            initial="no",
            widget=forms.RadioSelect,
            help_text=help_text,
        )


class Lines(forms.CharField):
    """Some names, one in each line; cleans to a frozenset."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        most = plain_words.MOST * (plain_words.LONGEST + 2)
        super().__init__(label=label, required=False, help_text=help_text, widget=widget, max_length=most)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(sorted(value)) if isinstance(value, frozenset) else value

    def clean(self, value: Any) -> Any:
        lines = (" ".join(line.split()) for line in super().clean(value).splitlines())
        return frozenset(line for line in lines if line)


class Words(forms.CharField):
    """Some words with commas or spaces between them; cleans to a frozenset."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(sorted(value)) if isinstance(value, frozenset) else value

    def clean(self, value: Any) -> Any:
        words = frozenset(re.split(r"[\s,，、;；]+", super().clean(value))) - {""}
        if self.required and not words:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return words


class Day(forms.DateField):
    """A day of this century, chosen in the browser's own calendar, which takes no other form of a date in any language."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("A day from 2000 to 2100 is expected."), code="day")
        return day


def accepted(require: Callable[[frozenset[str]], None], words: frozenset[str]) -> frozenset[str]:
    """Return ``words``. Raises ``ValidationError`` with the sentence where ``require`` refuses them."""
    try:
        require(words)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.sentence, code=refusal.code) from refusal
    return words
