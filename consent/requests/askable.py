"""Whether a scope may be asked for at all: every clause said, within the longest term, in words that lead nowhere."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.users.models import User
from consent import wording
from consent.grants import bounds
from consent.requests import plain_words
from consent.scope import Audience, Binding, Scope, Withdrawal
from consent.scope.territories import TERRITORIES

_CLAUSE_OF = {
    "elements": "element",
    "operations": "operation",
    "purposes": "purpose",
    "media": "medium",
    "channels": "channel",
    "territories": "territory",
    "not_before": "time",
    "not_after": "time",
    "outputs": "number",
    "seconds": "number",
    "binding": "content",
    "may_sublicense": "grantee",
    "needs_preview": "preview",
    "may_go_abroad": "abroad",
}
"""The clause of a scope's field, where it has another name."""
_SHOWN = 60
"""Characters of something wrong that are said again."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def require_askable(scope: Scope, by: User, now: datetime) -> None:
    """Raise :class:`Refusal`, all with status 422, unless ``by`` may ask somebody for ``scope``.

    ``scope_incomplete``, ``scope_not_theirs``, ``term_invalid``, ``outputs_invalid``, ``withdrawal_too_weak``,
    ``recipients_missing``, ``content_missing``, ``content_invalid``, ``channel_invalid``, ``territory_invalid``,
    ``words_invalid``, ``names_invalid``.
    """
    _require_whole(scope)
    if scope.grantee != by.producer_id:
        raise _refused("scope_not_theirs", _("A request names its requester as the one who may use it."))
    require_term(scope, now)
    if not scope.outputs:
        raise _refused("outputs_invalid", _("Ask for one file at least."))
    if scope.withdrawal is Withdrawal.STOP_NEW:
        raise _refused("withdrawal_too_weak", _("A withdrawal ends at least new uses and what is online."))
    _require_lists(scope)
    _require_digests(scope)
    require_channels(scope.channels or frozenset())
    require_territories(scope.territories or frozenset())
    require_themes(scope.bound_to if scope.binding is Binding.THEME else frozenset())
    require_names(scope.recipients)


def require_term(scope: Scope, now: datetime) -> None:
    """Raise :class:`Refusal` with ``term_invalid`` unless ``scope`` ends, after ``now`` and at most ten years after it began."""
    if not bounds.is_within_term(scope, now):
        raise _refused(
            "term_invalid", _("A consent ends in the future, and at most ten years after it began.")
        )


def require_recipients(scope: Scope) -> None:
    """Raise :class:`Refusal` with ``recipients_missing`` where ``scope`` is for those listed, and nobody is."""
    if scope.audience in (Audience.NAMED, Audience.ORGANISATION) and not scope.recipients:
        raise _refused("recipients_missing", _("Name the people or organisations whom it reaches."))


def require_channels(channels: frozenset[str]) -> None:
    """Raise :class:`Refusal` with ``channel_invalid`` unless ``channels`` are at most 20, or ``*`` alone."""
    if not plain_words.are_channels(channels):
        strange = sorted(each for each in channels if not plain_words.is_channel(each)) or sorted(channels)
        sentence = _(
            "Channels are at most %(most)d host names such as example.com, or known platforms such as weibo, or * alone for any; "
            "found: %(found)s."
        )
        raise _refused("channel_invalid", sentence % {"most": plain_words.MOST, "found": strange[0][:_SHOWN]})


def require_territories(codes: frozenset[str]) -> None:
    """Raise :class:`Refusal` with ``territory_invalid`` unless ISO 3166-1 knows each of ``codes``."""
    unknown = sorted(codes - TERRITORIES)
    if unknown:
        sentence = _("Codes of two letters from ISO 3166-1 are expected, such as CN; found: %(found)s.")
        raise _refused("territory_invalid", sentence % {"found": unknown[0][:_SHOWN]})


def require_themes(themes: frozenset[str]) -> None:
    """Raise :class:`Refusal` with ``words_invalid`` unless ``themes`` are at most 20, and lead nowhere."""
    if len(themes) > plain_words.MOST or not all(map(plain_words.is_plain, themes)):
        sentence = _(
            "Themes are at most %(most)d, each of at most %(length)d characters, without links, addresses and telephone numbers."
        )
        raise _refused("words_invalid", sentence % {"most": plain_words.MOST, "length": plain_words.LONGEST})


def require_names(names: frozenset[str]) -> None:
    """Raise :class:`Refusal` with ``names_invalid`` unless ``names`` are at most 20, and names of people or organisations."""
    if len(names) > plain_words.MOST or not all(map(plain_words.is_name, names)):
        sentence = _(
            "Names are at most %(most)d, each of at most %(length)d letters, spaces, hyphens, dots and apostrophes."
        )
        numbers = {"most": plain_words.MOST, "length": plain_words.LONGEST_NAME}
        raise _refused("names_invalid", sentence % numbers)


def _require_whole(scope: Scope) -> None:
    missing = dict.fromkeys(_CLAUSE_OF.get(name, name) for name in bounds.unsaid(scope))
    if missing:
        sentence = _("A request says every clause; these are open: %(clauses)s.")
        names = _(", ").join(str(wording.CLAUSES[name]) for name in missing)
        raise _refused("scope_incomplete", sentence % {"clauses": names})


def _require_lists(scope: Scope) -> None:
    require_recipients(scope)
    if scope.binding is not Binding.PURPOSE and not scope.bound_to:
        raise _refused("content_missing", _("Say the themes, texts or files that the content is bound to."))


def _require_digests(scope: Scope) -> None:
    if scope.binding not in (Binding.SCRIPT, Binding.OUTPUT):
        return
    if not all(_DIGEST.fullmatch(each) for each in scope.bound_to):
        raise _refused("content_invalid", _("A text or file is named by its SHA-256 in hexadecimal."))


def _refused(code: str, sentence: str) -> Refusal:
    return Refusal(code, sentence, status=422)
