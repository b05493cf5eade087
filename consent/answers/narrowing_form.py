"""The form in which every clause of a request can be made narrower, and none wider. It offers only what was asked for, or less."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.answers.forms import TicksForm
from consent.answers.text import quoted
from consent.answers.ticks import ticks_for
from consent.requests import askable
from consent.requests.fields import Day, accepted
from consent.scope import ANY_CHANNEL, Audience, Binding, LabelStrength, Money, Scope, Withdrawal
from consent.scope.vocabulary import Ladder
from consent.wording import CLAUSES, WORDS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_LISTS = {
    "elements": "element",
    "operations": "operation",
    "purposes": "purpose",
    "media": "medium",
    "territories": "territory",
}
"""Fields of a scope that are lists, and their clauses."""


class Lines(forms.CharField):
    """Some short texts, one a line, that ``require`` does not refuse."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, require: Callable[[frozenset[str]], None], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.require = require

    def clean(self, value: Any) -> frozenset[str]:
        lines = frozenset(line.strip() for line in super().clean(value).splitlines()) - {""}
        return accepted(self.require, lines)


class NarrowingForm(TicksForm):
    """Each clause of ``asked``, as it was asked for, to be made narrower; and the separate consents, none ticked."""

    def __init__(self, *args: Any, asked: Scope, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, ticks=(), **kwargs)
        self.asked, self.now = asked, now
        for field, clause in _LISTS.items():
            self.fields[field] = _some_of(CLAUSES[clause], getattr(asked, field) or ())
        self._add_reach()
        self._add_time_and_number()
        self._add_content()
        self._add_ladders()
        self._add_answers()
        self.add_ticks(ticks_for(asked))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first_day"), said.get("last_day")
        if first is None or last is None:
            return said
        not_before, not_after = self._begins(first), self._ends(last)
        if not_before and not_after and not_before >= not_after:
            self.add_error("last_day", _("The last day is before the first one."))
        elif not_after and not_after <= self.now:
            self.add_error("last_day", _("This day is over already."))
        return said

    def offer(self) -> Scope:
        """The scope that a valid form says. Whether it is narrower is the service's to check."""
        said = self.cleaned_data
        lists: dict[str, Any] = {field: _kept(getattr(self.asked, field), said[field]) for field in _LISTS}
        return replace(
            self.asked,
            **lists,
            **self._reach(),
            **self._content(),
            not_before=self._begins(said["first_day"]),
            not_after=self._ends(said["last_day"]),
            outputs=said["outputs"],
            seconds=said["seconds"],
            money=Money(said["money"]),
            label=LabelStrength(said["label"]),
            withdrawal=Withdrawal(said["withdrawal"]),
            may_sublicense=bool(said.get("may_sublicense")),
            needs_preview=bool(self.asked.needs_preview or said.get("needs_preview")),
            may_go_abroad=bool(said.get("may_go_abroad")),
        )

    def _add_reach(self) -> None:
        asked = self.asked
        self.fields["audience"] = _one_of(CLAUSES["audience"], _up_to(asked.audience))
        if asked.recipients:
            self.fields["recipients"] = _some_of(
                _("Who exactly"), asked.recipients, required=False, is_known=False
            )
        elif asked.audience is Audience.PUBLIC:
            label = _("Who exactly, if not the public: one a line")
            self.fields["recipients"] = Lines(askable.require_names, label=label)
        if asked.channels == ANY_CHANNEL:
            self.fields["channels"] = Lines(
                _require_listed_channels, label=_("Only in these channels: one a line")
            )
        else:
            self.fields["channels"] = _some_of(CLAUSES["channel"], asked.channels or (), is_known=False)
        self._begin("audience", asked.audience)

    def _add_time_and_number(self) -> None:
        asked = self.asked
        for name, label, moment in (
            ("first_day", _("From this day"), asked.not_before),
            ("last_day", _("Until the end of this day"), asked.not_after),
        ):
            self.fields[name] = Day(label=label)
            self._begin(name, _day_of(moment) if moment else None)
        self.fields["outputs"] = forms.IntegerField(
            label=_("How many files at most"), min_value=1, max_value=asked.outputs
        )
        self.fields["seconds"] = forms.IntegerField(
            label=_("How many seconds each, 0 for a still picture"), min_value=0, max_value=asked.seconds
        )
        self._begin("outputs", asked.outputs)
        self._begin("seconds", asked.seconds)

    def _add_content(self) -> None:
        if self.asked.binding is Binding.PURPOSE:
            self.fields["themes"] = Lines(
                askable.require_themes, label=_("Only about these themes: one a line")
            )
        else:
            self.fields["themes"] = _some_of(CLAUSES["content"], self.asked.bound_to, is_known=False)

    def _add_ladders(self) -> None:
        asked = self.asked
        for name, choices in (
            ("money", _up_to(asked.money)),
            ("label", _labels_from(asked.label)),
            ("withdrawal", _from(asked.withdrawal)),
        ):
            self.fields[name] = _one_of(CLAUSES[name], choices)
            self._begin(name, getattr(asked, name))

    def _add_answers(self) -> None:
        if self.asked.may_sublicense:
            self.fields["may_sublicense"] = _yes(_("Others may use it in the place of the one who asks"))
        if not self.asked.needs_preview:
            self.fields["needs_preview"] = _yes(_("I want to see and approve the finished file first"))
        if self.asked.may_go_abroad:
            self.fields["may_go_abroad"] = _yes(_("It may be given abroad"))

    def _begin(self, name: str, value: object) -> None:
        self.fields[name].initial = value

    def _begins(self, day: date) -> datetime | None:
        return _from_day(day, self.asked.not_before)

    def _ends(self, day: date) -> datetime | None:
        return _until_day(day, self.asked.not_after)

    def _reach(self) -> dict[str, Any]:
        said = self.cleaned_data
        channels = frozenset(said["channels"])
        audience = Audience(said["audience"])
        is_listed = audience in (Audience.NAMED, Audience.ORGANISATION)
        return {
            "audience": audience,
            "recipients": frozenset(said.get("recipients") or ()) if is_listed else frozenset(),
            "channels": channels or self.asked.channels,
        }

    def _content(self) -> dict[str, Any]:
        themes = frozenset(self.cleaned_data["themes"])
        if self.asked.binding is Binding.PURPOSE:
            return {"binding": Binding.THEME, "bound_to": themes} if themes else {}
        return {"bound_to": themes}


def _require_listed_channels(channels: frozenset[str]) -> None:
    """``*`` was asked for; whoever wants it left so writes nothing."""
    askable.require_channels(channels | {"example.com"} if "*" in channels else channels)


def _kept(words: frozenset[Any] | None, said: list[str]) -> frozenset[Any]:
    """Those of ``words`` that are on the list."""
    return frozenset(word for word in words or () if str(word) in said)


def _some_of(
    label: StrOrPromise, words: Iterable[str], *, required: bool = True, is_known: bool = True
) -> forms.MultipleChoiceField:
    choices = _choices(sorted(str(word) for word in words)) if is_known else _typed(words)
    initial = [code for code, _word in choices]
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(
        label=label, choices=choices, initial=initial, widget=widget, required=required
    )


def _one_of(label: StrOrPromise, words: Iterable[Ladder]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=_choices(words), widget=forms.RadioSelect)


def _yes(label: StrOrPromise) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _choices(words: Iterable[str]) -> list[tuple[str, StrOrPromise]]:
    return [(str(word), WORDS.get(word, str(word))) for word in words]


def _typed(words: Iterable[str]) -> list[tuple[str, StrOrPromise]]:
    """What the requester wrote, as a quotation."""
    return [(word, quoted(word)) for word in sorted(words)]


def _up_to(word: Ladder | None) -> list[Ladder]:
    return [] if word is None else list(type(word))[: word.rank + 1]


def _from(word: Ladder | None) -> list[Ladder]:
    return [] if word is None else list(type(word))[word.rank :]


def _labels_from(word: LabelStrength | None) -> list[Ladder]:
    """What this site draws: whoever were to want more would agree to nothing. What was asked for stays."""
    return [each for each in _from(word) if each is word or each is not LabelStrength.PROMINENT]


def _day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _from_day(day: date, asked: datetime | None) -> datetime | None:
    """The moment from which it is allowed: as asked where the day is, else the day's beginning."""
    return asked if asked is None or day == _day_of(asked) else _midnight(day)


def _until_day(day: date, asked: datetime | None) -> datetime | None:
    """The moment until which it is allowed: as asked where the day is, else the day's end."""
    return asked if asked is None or day == _day_of(asked) else _midnight(day + timedelta(days=1))
