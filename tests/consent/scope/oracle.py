"""The same question answered slowly: cut the use into its smallest acts, and ask of each whether the grant names it.

Written after the rules in words, not after the engine, and shares no function with it. It only says yes or no.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import TypeVar

from consent.scope import Depicted, Grant, LawProfile, Use

T = TypeVar("T")


def known(value: T | None) -> T:
    assert value is not None
    return value


WORSE = {
    "audience": ["private", "named", "organisation", "public"],
    "money": ["none", "shared", "earned"],
    "label": ["prominent", "explicit", "implicit"],
    "withdrawal": ["delete_model", "cut_off", "stop_new"],
    "proof": ["claimed", "contact", "identity", "signed", "spoken"],
}


def no_worse(kind: str, asked: str, granted: str) -> bool:
    return asked in WORSE[kind][: WORSE[kind].index(granted) + 1]


def allows(use: Use, grants: list[Grant], now: datetime, profile: LawProfile) -> bool:
    if use.depicted is None:
        return False
    for depicted in use.depicted:
        if not any(
            grant.person == depicted.person and covers(grant, use, depicted, now, profile) for grant in grants
        ):
            return False
    return True


def covers(grant: Grant, use: Use, depicted: Depicted, now: datetime, profile: LawProfile) -> bool:
    if grant.state != "active" or {grant.vocabulary, use.vocabulary} != {"1"}:
        return False
    if is_never_allowed(use, depicted, profile) or is_something_unsaid(grant, use, depicted):
        return False
    if depicted.years is None or (depicted.years < 14) != grant.by_guardian:
        return False
    if not no_worse("proof", proof_for(use, depicted), grant.proof):
        return False
    acts = list(acts_of(use, depicted))
    return (
        bool(acts)
        and all(is_named(grant, act) for act in acts)
        and fits_whole(grant, use, depicted, now, profile)
    )


def is_something_unsaid(grant: Grant, use: Use, depicted: Depicted) -> bool:
    scope = grant.scope
    said = [
        scope.elements, scope.operations, scope.purposes, scope.media, scope.audience, scope.channels, scope.territories,
        scope.not_before, scope.not_after, scope.outputs, scope.seconds, scope.money, scope.binding, scope.grantee,
        scope.label, scope.needs_preview, scope.may_go_abroad, scope.withdrawal,
        depicted.elements, depicted.operations,
        use.purposes, use.media, use.audience, use.channels, use.territories, use.starts_at, use.ends_at, use.outputs,
        use.seconds, use.money, use.grantee, use.is_sublicensed, use.label, use.goes_abroad, use.withdrawal,
    ]  # fmt: skip
    return any(each is None for each in said)


def acts_of(use: Use, depicted: Depicted) -> Iterator[tuple[str, str, str, str, str, str]]:
    yield from product(
        known(depicted.elements),
        known(depicted.operations),
        known(use.purposes),
        known(use.media),
        known(use.channels),
        known(use.territories),
    )


def is_named(grant: Grant, act: tuple[str, str, str, str, str, str]) -> bool:
    scope = grant.scope
    element, operation, purpose, medium, channel, territory = act
    return (
        element in known(scope.elements)
        and operation in known(scope.operations)
        and purpose in known(scope.purposes)
        and medium in known(scope.media)
        and ("*" in known(scope.channels) or channel in known(scope.channels))
        and territory in known(scope.territories)
    )


def fits_whole(grant: Grant, use: Use, depicted: Depicted, now: datetime, profile: LawProfile) -> bool:
    return (
        fits_audience(grant, use)
        and fits_days(grant, use, now)
        and fits_count(grant, use)
        and fits_content(grant, use)
        and fits_hands(grant, use)
        and fits_manner(grant, use, depicted, profile)
    )


def fits_audience(grant: Grant, use: Use) -> bool:
    if use.audience == "private" or grant.scope.audience == "public":
        return True
    if not no_worse("audience", known(use.audience), known(grant.scope.audience)) or not use.recipients:
        return False
    return all(each in grant.scope.recipients for each in use.recipients)


def fits_days(grant: Grant, use: Use, now: datetime) -> bool:
    first, last = known(grant.scope.not_before), known(grant.scope.not_after)
    starts_at, ends_at = known(use.starts_at), known(use.ends_at)
    if ends_at < starts_at or not first <= now < last:
        return False
    moment, moments = starts_at, [ends_at]
    while moment < ends_at:
        moments.append(moment)
        moment += timedelta(days=1)
    return all(first <= each <= last for each in moments)


def fits_count(grant: Grant, use: Use) -> bool:
    left = known(grant.scope.outputs) - grant.consumed
    return use.outputs in range(1, left + 1) and use.seconds in range(known(grant.scope.seconds) + 1)


def fits_content(grant: Grant, use: Use) -> bool:
    looked_at = {"theme": use.theme, "script": use.script_sha256, "output": use.output_sha256}
    if grant.scope.binding == "purpose":
        return True
    content = looked_at[str(grant.scope.binding)]
    return content not in (None, "") and content in grant.scope.bound_to


def fits_hands(grant: Grant, use: Use) -> bool:
    if use.grantee in (None, "") or use.grantee != grant.scope.grantee:
        return False
    return not use.is_sublicensed or grant.scope.may_sublicense is True


def fits_manner(grant: Grant, use: Use, depicted: Depicted, profile: LawProfile) -> bool:
    scope = grant.scope
    if not no_worse("money", known(use.money), known(scope.money)) or not no_worse(
        "label", known(use.label), known(scope.label)
    ):
        return False
    if scope.needs_preview and (
        not depicted.approved_output_sha256 or depicted.approved_output_sha256 != use.output_sha256
    ):
        return False
    if use.goes_abroad and not scope.may_go_abroad:
        return False
    must_end = (known(scope.withdrawal), profile.weakest_withdrawal)
    return all(no_worse("withdrawal", known(use.withdrawal), each) for each in must_end)


def is_never_allowed(use: Use, depicted: Depicted, profile: LawProfile) -> bool:
    is_adult = depicted.years is not None and depicted.years >= 18
    for content in use.content:
        if content == "identity_check" or content in profile.forbidden:
            return True
        if content in ("sexual", "intimate") and not (is_adult and profile.allows_intimate_content):
            return True
    return False


def proof_for(use: Use, depicted: Depicted) -> str:
    is_adult = depicted.years is not None and depicted.years >= 18
    grave = {"advertising", "political"} & {str(each) for each in known(use.purposes)}
    grave |= {"interactive"} & {str(each) for each in known(use.media)}
    grave |= {"interactive_avatar", "voice_clone"} & {str(each) for each in known(depicted.operations)}
    if "training" in known(use.purposes) and "voice" in known(depicted.elements):
        grave |= {"training"}
    if grave or use.content or not is_adult:
        return "spoken"
    is_quiet = (
        use.audience in ("private", "named") and use.money == "none" and "commercial" not in use.purposes
    )
    return "identity" if is_quiet and "commercial" not in known(use.purposes) else "signed"
