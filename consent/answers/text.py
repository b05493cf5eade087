"""The exact text that a person agrees to: every clause as one sentence, in one language. What a passkey signs is a digest of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy, gettext_noop, ngettext

from accounts.identity.levels import Level
from accounts.identity.wording import describe
from consent.answers.ticks import Tick, ticks_for
from consent.scope import (
    ANY_CHANNEL,
    CLAUSES,
    Binding,
    Depicted,
    Grant,
    GrantState,
    LawProfile,
    Proof,
    Scope,
    Use,
    said,
)
from consent.scope.clauses import Case
from consent.wording import clause_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TEMPLATE = "2"
"""Version of these words. Another word in any language is another version."""
RESTORING = f"{TEMPLATE}r"
"""The same where a withdrawal is taken back."""

SENTENCES: Mapping[str, StrOrPromise] = {
    "element": gettext_lazy("Of me, this is used: %(value)s."),
    "operation": gettext_lazy("This is done with it: %(value)s."),
    "purpose": gettext_lazy("What for: %(value)s."),
    "medium": gettext_lazy("It comes out as: %(value)s."),
    "audience": gettext_lazy("Who gets to see or hear it: %(value)s."),
    "channel": gettext_lazy("Where it appears: %(value)s."),
    "territory": gettext_lazy("In these countries and regions: %(value)s."),
    "time": gettext_lazy("It is allowed %(value)s."),
    "number": gettext_lazy("How much, altogether: %(value)s."),
    "money": gettext_lazy("Money: %(value)s."),
    "content": gettext_lazy("What it may be about: %(value)s."),
    "grantee": gettext_lazy("Who may use it: %(value)s."),
    "label": gettext_lazy("How plainly it says that it is synthetic: %(value)s."),
    "preview": gettext_lazy("Whether I see and approve the finished file first: %(value)s."),
    "abroad": gettext_lazy("Whether it may be given abroad: %(value)s."),
    "withdrawal": gettext_lazy("What ends when I withdraw: %(value)s."),
}
"""One sentence a clause."""

TICKS: Mapping[Tick, StrOrPromise] = {
    Tick.EDIT: gettext_lazy("I allow that my likeness is edited as described."),
    Tick.PUBLISH: gettext_lazy("I allow that the result is made public."),
    Tick.THIRD_PARTY: gettext_lazy("I allow that the result is given to others than the one who asks."),
    Tick.ABROAD: gettext_lazy("I allow that it is given to recipients abroad."),
    Tick.TRAINING: gettext_lazy("I allow that models are trained with my likeness."),
}
"""What is agreed to by itself."""

_MARKS = str.maketrans(dict.fromkeys('“”„‟「」『』«»"', "’"))
"""Other quotation marks, which would seem to end a quotation."""

TAKEN_BACK = gettext_noop("I take back that I withdrew my consent %(grant)s: what follows is allowed again.")
FOR_A_CHILD = gettext_noop(
    "I sign this as the guardian of the child %(child)s and in its place: “I”, “me” and “my” below mean the child."
)


def render(scope: Scope, *, locale: str, level: Level, ward: str = "", restores: str = "") -> str:
    """Return the text of a grant of ``scope`` in ``locale``, one of the site's languages. ``level``: how far the grantee's name is checked.

    ``ward``: producer id of the child in whose place a guardian signs. ``restores``: id of the withdrawn grant that it is to stand for again.

    Lines end in a line feed, the last too. Times are those of the site's time zone.
    """
    with translation.override(locale):
        return "".join(f"{line}\n" for line in _lines(scope, level, ward, restores))


def digests(scope: Scope, *, level: Level, ward: str = "", restores: str = "") -> dict[str, str]:
    """Return the SHA-256 of the text in every language of the site, in hexadecimal, by locale."""
    locales = [locale for locale, _name in settings.LANGUAGES]
    return {
        each: digest(render(scope, locale=each, level=level, ward=ward, restores=restores))
        for each in locales
    }


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def clauses(scope: Scope) -> list[tuple[str, str]]:
    """Return the code and the sentence of every clause, in the active language. What the requester typed stands in quotation marks."""
    case = _case(_quoted(scope))
    said_of = {each.name: said(each.granted(case)) for each in CLAUSES}
    # What a withdrawal ends is shown as the person set it: whether the law wants more depends on the use.
    said_of["withdrawal"] = said(scope.withdrawal)
    values = {name: clause_in_words(name, value) for name, value in said_of.items()} | _plainly(scope)
    return [(name, SENTENCES[name] % {"value": value}) for name, value in values.items()]


def quoted(words: str) -> str:
    """Return somebody's own ``words`` in quotation marks that nothing within them ends."""
    return gettext("“%(words)s”") % {"words": words.translate(_MARKS)}


def _quoted(scope: Scope) -> Scope:
    is_typed = scope.binding is Binding.THEME
    return replace(
        scope,
        recipients=frozenset(map(quoted, scope.recipients)),
        channels=scope.channels if scope.channels == ANY_CHANNEL else _each_quoted(scope.channels),
        bound_to=frozenset(map(quoted, scope.bound_to)) if is_typed else scope.bound_to,
    )


def _each_quoted(words: frozenset[str] | None) -> frozenset[str] | None:
    return None if words is None else frozenset(map(quoted, words))


def _plainly(scope: Scope) -> dict[str, str]:
    """The clauses whose values are put more exactly, or more simply, than in a refusal."""
    plain = {}
    if scope.not_before and scope.not_after:
        term = {"first": _moment(scope.not_before), "last": _moment(scope.not_after)}
        plain["time"] = gettext("from %(first)s until %(last)s") % term
    if scope.outputs is not None and scope.seconds == 0:
        files = ngettext("%(count)d file", "%(count)d files", scope.outputs) % {"count": scope.outputs}
        plain["number"] = gettext("%(files)s, still pictures only") % {"files": files}
    return plain


def _moment(moment: datetime) -> str:
    """A time that means one moment, in whatever language and place it is read (ISO 8601 with its offset)."""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="minutes")


def _lines(scope: Scope, level: Level, ward: str, restores: str) -> list[str]:
    asker = {"producer": scope.grantee, "level": describe(level)}
    return [
        gettext("Consent to the use of my likeness (form %(template)s)") % {"template": TEMPLATE},
        *([gettext(FOR_A_CHILD) % {"child": ward}] if ward else []),
        *([gettext(TAKEN_BACK) % {"grant": restores}] if restores else []),
        gettext("I allow %(producer)s (%(level)s) the following, and nothing else.") % asker,
        *(f"{number}. {sentence}" for number, (_code, sentence) in enumerate(clauses(scope), 1)),
        gettext("Each of these I have agreed to by itself:"),
        *(f"– {TICKS[each]}" for each in ticks_for(scope)),
        gettext("I can withdraw this at any time, without giving a reason; it then ends at once."),
    ]


def _case(scope: Scope) -> Case:
    grant = Grant("", 0, "", GrantState.ACTIVE, Proof.CLAIMED, scope)
    return Case(Use(depicted=()), Depicted(""), grant, datetime.min.replace(tzinfo=UTC), LawProfile())
