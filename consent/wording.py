"""A refusal in a sentence: which clause, what was granted, what is asked. In the active language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import formats, timezone
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from consent import scope
from consent.scope import Case, Depicted, Grant, LawProfile, Uncovered, Use, said
from consent.scope.decision import Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLAUSES: Mapping[str, StrOrPromise] = {
    "depicted": gettext_lazy("Who is depicted"),
    "faces": gettext_lazy("Real faces"),
    "grant": gettext_lazy("Consent"),
    "floor": gettext_lazy("What nobody can allow"),
    "vocabulary": gettext_lazy("Version of the clauses"),
    "state": gettext_lazy("State of the consent"),
    "proof": gettext_lazy("Proof of the consent"),
    "guardian": gettext_lazy("Given by a guardian"),
    "element": gettext_lazy("What of the person"),
    "operation": gettext_lazy("What is done with it"),
    "purpose": gettext_lazy("Purpose"),
    "medium": gettext_lazy("Medium"),
    "audience": gettext_lazy("Audience"),
    "channel": gettext_lazy("Channels"),
    "territory": gettext_lazy("Countries and regions"),
    "time": gettext_lazy("Time"),
    "number": gettext_lazy("Number and length"),
    "money": gettext_lazy("Money"),
    "content": gettext_lazy("Content"),
    "grantee": gettext_lazy("Who may use it"),
    "label": pgettext_lazy("clause of a consent", "Label"),
    "preview": gettext_lazy("Approval of the finished file"),
    "abroad": gettext_lazy("Disclosure abroad"),
    "withdrawal": gettext_lazy("What a withdrawal ends"),
}
"""The name of every clause and condition, as a person reads it."""

WORDS: Mapping[str, StrOrPromise] = {
    "face": gettext_lazy("face"),
    "voice": gettext_lazy("voice"),
    "body": gettext_lazy("body and movement"),
    "persona": gettext_lazy("name and persona"),
    "text_to_video": gettext_lazy("video from text"),
    "face_swap": gettext_lazy("face swap"),
    "lip_sync": gettext_lazy("lip sync"),
    "dubbing": gettext_lazy("dubbing and translation"),
    "voice_clone": gettext_lazy("cloning the voice"),
    "appearance_change": gettext_lazy("change of age or appearance"),
    "retouch": gettext_lazy("retouching"),
    "interactive_avatar": gettext_lazy("interactive avatar"),
    "personal": gettext_lazy("personal"),
    "editorial": gettext_lazy("editorial"),
    "education": gettext_lazy("education"),
    "entertainment": gettext_lazy("entertainment"),
    "research": gettext_lazy("research"),
    "commercial": gettext_lazy("commercial, not advertising"),
    "advertising": gettext_lazy("advertising and endorsement"),
    "political": gettext_lazy("political"),
    "training": gettext_lazy("training of models"),
    "still": gettext_lazy("still picture"),
    "audio": gettext_lazy("sound"),
    "video": gettext_lazy("video"),
    "live": gettext_lazy("live broadcast"),
    "interactive": gettext_lazy("interactive"),
    "private": gettext_lazy("nobody but the user"),
    "named": gettext_lazy("listed people"),
    "organisation": gettext_lazy("listed organisations"),
    "public": gettext_lazy("the public"),
    "none": gettext_lazy("nothing is earned"),
    "shared": gettext_lazy("earned, with a share for the person"),
    "earned": gettext_lazy("earned"),
    "theme": gettext_lazy("these themes only"),
    "script": gettext_lazy("this text only"),
    "output": gettext_lazy("this finished file only"),
    "implicit": gettext_lazy("in metadata and watermark"),
    "explicit": gettext_lazy("visible or audible"),
    "prominent": gettext_lazy("prominent throughout"),
    "stop_new": gettext_lazy("new uses"),
    "cut_off": gettext_lazy("new uses, and what is online"),
    "delete_model": gettext_lazy("new uses, what is online, and the model made from the person"),
    "claimed": gettext_lazy("somebody's claim"),
    "contact": gettext_lazy("the person's address or number"),
    "identity": gettext_lazy("the person's checked identity"),
    "signed": gettext_lazy("the person's signature by passkey"),
    "spoken": gettext_lazy("the person's signature and spoken statement"),
    "pending_cooling": gettext_lazy("not in force yet"),
    "active": gettext_lazy("in force"),
    "suspended": gettext_lazy("suspended"),
    "exhausted": gettext_lazy("used up"),
    "expired": gettext_lazy("expired"),
    "withdrawn": gettext_lazy("withdrawn"),
    "revoked": gettext_lazy("revoked by this site"),
    "invalidated": gettext_lazy("declared void by an authority"),
    "superseded": gettext_lazy("replaced by a newer one"),
    "sexual_content_of_a_minor": gettext_lazy("sexual content that shows a minor"),
    "identity_check": gettext_lazy("passing somebody's identity check"),
    "forbidden_by_law": gettext_lazy("content that the law forbids here"),
    "intimate_content": gettext_lazy("intimate content"),
    "*": pgettext_lazy("channels", "any"),
}
"""The words of the vocabulary, as a person reads them. What is not here, a name or a country, is shown as it is."""


def sentence(missing: Uncovered) -> str:
    """Return why a use is not covered, in the active language."""
    match missing.clause:
        case "depicted":
            return gettext("Nobody said whether a real person is depicted, and who.")
        case "faces":
            return _faces(missing.granted, missing.asked)
        case "grant":
            return gettext("There is no consent of this person to it yet.")
        case "floor":
            return gettext("Nobody can allow this: %(asked)s.") % {"asked": in_words(missing.asked)}
        case _:
            return gettext("%(clause)s: agreed is %(granted)s; asked for is %(asked)s.") % {
                "clause": CLAUSES[missing.clause],
                "granted": _of(missing.clause, missing.granted),
                "asked": _of(missing.clause, missing.asked),
            }


def clauses_of(grant: Grant) -> list[tuple[StrOrPromise, str]]:
    """Return every clause of a grant: its name, and what was granted at first, in the active language."""
    whole = replace(grant, consumed=0)
    case = Case(Use(depicted=()), Depicted(grant.person), whole, timezone.now(), LawProfile())
    return [(CLAUSES[each.name], _of(each.name, said(each.granted(case)))) for each in scope.CLAUSES]


def clause_in_words(clause: str, value: Said) -> str:
    """Return what was granted, or asked, of one clause as a person reads it, in the active language."""
    return _of(clause, value)


def in_words(value: Said) -> str:
    """Return a clause's value as a person reads it: words for codes, lists joined."""
    match value:
        case None | "" | []:
            return gettext("nothing")
        case True:
            return gettext("yes")
        case False:
            return gettext("no")
        case int():
            return formats.localize(value)
        case str():
            return _word(value)
        case list():
            return gettext(", ").join(in_words(each) for each in value if each not in ([], None))


def _word(code: str) -> str:
    return str(WORDS.get(code, code))


def _moment(written: Said) -> str:
    if not isinstance(written, str):
        return gettext("not said")
    try:
        moment = timezone.localtime(datetime.fromisoformat(written))
    except OverflowError:  # the first or the last day that there is, in another zone
        return written
    return formats.date_format(moment, "DATETIME_FORMAT")


def _of(clause: str, value: Said) -> str:
    """Return the value of one clause, where its place in a list says what it means."""
    match clause, value:
        case "number", [outputs, seconds]:
            return _number(outputs, seconds)
        case "time", [first, last]:
            return gettext("from %(first)s until %(last)s") % {"first": _moment(first), "last": _moment(last)}
        case "content", ["purpose", _]:
            return gettext("any, for the agreed purpose")
        case "grantee", [str(name), bool(is_sublicensed)]:
            return gettext("%(name)s and others in their place") % {"name": name} if is_sublicensed else name
        case "preview", str():
            return gettext("approval of another file")
        case "preview", True:
            return gettext("only after the person saw and approved it")
        case _:
            return in_words(value)


def _faces(named: Said, seen: Said) -> str:
    sentence = gettext(
        "Real people whose faces were found: %(seen)s. People named with their face: %(named)s."
    )
    return sentence % {"seen": in_words(seen), "named": in_words(named)}


def _number(outputs: Said, seconds: Said) -> str:
    if not isinstance(outputs, int) or not isinstance(seconds, int):
        return gettext("nothing")
    files = ngettext("%(count)d file", "%(count)d files", outputs) % {"count": outputs}
    if not seconds:
        return files
    length = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    return gettext("%(files)s of at most %(length)s") % {"files": files, "length": length}
