"""What no clause can replace: words that are understood, a grant in force, its proof, and what nobody can grant. Pure."""

from __future__ import annotations

from consent.scope.clauses import Case, Clause
from consent.scope.vocabulary import (
    VERSION,
    Audience,
    Content,
    Element,
    GrantState,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
)

_SPOKEN_PURPOSES = frozenset({Purpose.ADVERTISING, Purpose.POLITICAL})
_SPOKEN_OPERATIONS = frozenset({Operation.INTERACTIVE_AVATAR, Operation.VOICE_CLONE})


def required_proof(case: Case) -> Proof:
    """Return how surely the person must have granted this use.

    Their spoken word for advertising, politics, interactive avatars, models of a voice, and minors; their signature for the public,
    for organisations and for money; else their identity. What is not said counts as the gravest.
    """
    use, depicted = case.use, case.depicted
    if depicted.is_minor or use.content or use.purposes is None or use.media is None:
        return Proof.SPOKEN
    if use.purposes & _SPOKEN_PURPOSES or Medium.INTERACTIVE in use.media:
        return Proof.SPOKEN
    if _makes_a_model(case):
        return Proof.SPOKEN
    if use.audience in (Audience.PRIVATE, Audience.NAMED) and not _is_business(case):
        return Proof.IDENTITY
    return Proof.SIGNED


def _makes_a_model(case: Case) -> bool:
    """Whether an avatar or a model of the person's voice comes of it."""
    operations = case.depicted.operations or frozenset(Operation)
    trains_voice = Purpose.TRAINING in (case.use.purposes or ()) and Element.VOICE in (
        case.depicted.elements or frozenset(Element)
    )
    return trains_voice or bool(operations & _SPOKEN_OPERATIONS)


def _is_business(case: Case) -> bool:
    return Purpose.COMMERCIAL in (case.use.purposes or ()) or case.use.money is not Money.NONE


def floor_rule(case: Case) -> str | None:
    """Return the code of the rule under which nobody can grant this use; None where none forbids it."""
    content, profile = case.use.content, case.profile
    if Content.SEXUAL in content and case.depicted.is_minor:
        return "sexual_content_of_a_minor"
    if Content.IDENTITY_CHECK in content:
        return "identity_check"
    if content & profile.forbidden:
        return "forbidden_by_law"
    is_intimate = content & {Content.SEXUAL, Content.INTIMATE}
    if is_intimate and (case.depicted.is_minor or not profile.allows_intimate_content):
        return "intimate_content"
    return None


CONDITIONS: tuple[Clause, ...] = (
    Clause("floor", lambda case: None, floor_rule, lambda case: floor_rule(case) is None),
    Clause(
        "vocabulary",
        lambda case: case.grant.vocabulary,
        lambda case: case.use.vocabulary,
        lambda case: case.grant.vocabulary == case.use.vocabulary == VERSION,
    ),
    Clause(
        "state",
        lambda case: case.grant.state,
        lambda case: GrantState.ACTIVE,
        lambda case: case.grant.state is GrantState.ACTIVE,
    ),
    Clause(
        "proof",
        lambda case: case.grant.proof,
        required_proof,
        lambda case: case.grant.proof.rank >= required_proof(case).rank,
    ),
    # What a guardian agreed to ends with the childhood: from then on the person says it themselves.
    Clause(
        "guardian",
        lambda case: case.grant.by_guardian,
        lambda case: case.depicted.needs_guardian,
        lambda case: (
            case.depicted.years is not None and case.grant.by_guardian == case.depicted.needs_guardian
        ),
    ),
)
"""Held to before any clause."""
