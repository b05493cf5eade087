"""The forms of a requester: whom to ask, and every clause of what for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal
from consent import wording
from consent.requests import askable
from consent.requests.fields import Day, Lines, OneOf, SeveralOf, Words, YesOrNo, accepted
from consent.requests.names import LONGEST_NAME
from consent.requests.services import DEFAULT_DAYS, MOST_DAYS
from consent.scope import (
    Audience,
    Binding,
    Element,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Purpose,
    Scope,
    Withdrawal,
)

LONGEST_ADDRESS = 254
"""RFC 5321 section 4.5.3.1.3, less the angle brackets."""
MOST_OUTPUTS, MOST_SECONDS = 10_000, 86_400
_SOMEBODY = frozenset({"somebody"})
"""Recipients that are wrong by themselves are not missing as well."""


class ClausesForm(forms.Form):
    """The clauses that a use and a grant have in common."""

    purposes = SeveralOf(Purpose, wording.CLAUSES["purpose"])
    media = SeveralOf(Medium, wording.CLAUSES["medium"])  # type: ignore[assignment]  # fields are no attributes: Form.media stays
    audience = OneOf(Audience, wording.CLAUSES["audience"])
    recipients = Lines(
        _("Listed people or organisations"), _("One in each line, where it reaches those listed only.")
    )
    channels = Words(
        label=wording.CLAUSES["channel"],
        max_length=2000,
        help_text=_(
            "Host names such as example.com, or known platforms such as weibo, with commas between them; * for any."
        ),
    )
    territories = Words(
        label=wording.CLAUSES["territory"],
        max_length=1000,
        help_text=_("Codes of two letters (ISO 3166-1), with commas between them: CN, SG."),
    )
    first_day = Day(label=_("First day"))
    last_day = Day(label=_("Last day"))
    outputs = forms.IntegerField(label=_("Number of files"), min_value=1, max_value=MOST_OUTPUTS)
    seconds = forms.IntegerField(
        label=_("Seconds of the longest file"),
        min_value=0,
        max_value=MOST_SECONDS,
        help_text=_("0 for still pictures."),
    )
    money = OneOf(Money, wording.CLAUSES["money"])
    label = OneOf(LabelStrength, wording.CLAUSES["label"], without=(LabelStrength.PROMINENT,))
    withdrawal = OneOf(Withdrawal, wording.CLAUSES["withdrawal"], without=(Withdrawal.STOP_NEW,))

    def clean_recipients(self) -> frozenset[str]:
        return accepted(askable.require_names, self.cleaned_data["recipients"])

    def clean_channels(self) -> frozenset[str]:
        channels = frozenset(each.lower() for each in self.cleaned_data["channels"])
        return accepted(askable.require_channels, channels)

    def clean_territories(self) -> frozenset[str]:
        codes = frozenset(each.upper() for each in self.cleaned_data["territories"])
        return accepted(askable.require_territories, codes)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_days(cleaned.get("first_day"), cleaned.get("last_day"))
        try:
            askable.require_recipients(
                Scope(audience=cleaned.get("audience"), recipients=cleaned.get("recipients", _SOMEBODY))
            )
        except Refusal as refusal:
            self.add_error("recipients", refusal.sentence)
        return cleaned

    def _check_days(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last_day", _("The last day is before the first one."))
            return
        try:
            askable.require_term(Scope(not_before=self.starts_at, not_after=self.ends_at), timezone.now())
        except Refusal as refusal:
            self.add_error("last_day", refusal.sentence)

    @property
    def starts_at(self) -> datetime:
        """The beginning of the first day. Only where both days are valid."""
        return _midnight(self.cleaned_data["first_day"])

    @property
    def ends_at(self) -> datetime:
        """The end of the last day. Only where both days are valid."""
        return _midnight(self.cleaned_data["last_day"] + timedelta(days=1))


class ScopeForm(ClausesForm):
    """All sixteen clauses of a request."""

    elements = SeveralOf(Element, wording.CLAUSES["element"])
    operations = SeveralOf(Operation, wording.CLAUSES["operation"])
    binding = OneOf(Binding, wording.CLAUSES["content"])
    bound_to = Lines(
        _("Themes, or SHA-256 of texts or files"), _("One in each line, where the content is bound to them.")
    )
    may_sublicense = YesOrNo(_("May others use it in my place?"))
    needs_preview = YesOrNo(_("Does the person approve each finished file first?"))
    may_go_abroad = YesOrNo(_("May it be disclosed to recipients abroad?"))

    field_order: tuple[str, ...] = ("elements", "operations")

    def scope(self, grantee: str) -> Scope:
        """The scope that a valid form says, for the producer id ``grantee``."""
        said = self.cleaned_data
        same = ("elements", "operations", "purposes", "media", "audience", "recipients", "channels", "territories",
                "outputs", "seconds", "money", "binding", "bound_to", "may_sublicense", "label", "needs_preview",
                "may_go_abroad", "withdrawal")  # fmt: skip
        fields = {name: said[name] for name in same}
        return Scope(**fields, not_before=self.starts_at, not_after=self.ends_at, grantee=grantee)


class RequestForm(ScopeForm):
    """Whom to ask, what for, and how long they have to answer."""

    name = forms.CharField(
        label=_("Real name of the person"),
        max_length=LONGEST_NAME,
        help_text=_(
            "As it stands in their documents: only somebody of this name can agree. It is stored sealed."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.EmailField(
        label=_("E-mail address of the person"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Whether it belongs to an account here is not said."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS
    )

    field_order: tuple[str, ...] = ("name", "address", "days", "elements", "operations")


class EditForm(RequestForm):
    """Another scope for the same person: the address cannot be changed."""

    address = None  # type: ignore[assignment]  # Django's way to leave an inherited field out


def initial_of(scope: Scope) -> dict[str, Any]:
    """What a form begins with that asks for ``scope``."""
    answers = {
        name: "yes" if getattr(scope, name) else "no"
        for name in ("may_sublicense", "needs_preview", "may_go_abroad")
    }
    days = {}
    if scope.not_before is not None and scope.not_after is not None:
        days["first_day"] = timezone.localdate(scope.not_before)
        days["last_day"] = timezone.localdate(scope.not_after - timedelta(seconds=1))
    names = (
        *("recipients", "channels", "territories", "outputs", "seconds", "bound_to"),
        *(
            "elements",
            "operations",
            "purposes",
            "media",
            "audience",
            "money",
            "binding",
            "label",
            "withdrawal",
        ),
    )
    return {name: _initial(getattr(scope, name)) for name in names} | answers | days


def _initial(value: Any) -> Any:
    if isinstance(value, frozenset) and any(hasattr(each, "value") for each in value):
        return sorted(each.value for each in value)
    return getattr(value, "value", value)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())
