from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from consent.scope import (
    ANY_CHANNEL,
    Allow,
    Audience,
    Binding,
    Content,
    Covered,
    Deny,
    Element,
    Grant,
    GrantState,
    LabelStrength,
    LawProfile,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
    Scope,
    Use,
    Withdrawal,
    decide,
    said,
)
from tests.consent.scope.cases import DAY, DEPICTED, GRANT, NOW, USE, denied, granted, random_case, used
from tests.consent.scope.oracle import allows


def test_it_allows_what_one_grant_covers_and_names_it() -> None:
    assert decide(USE, [GRANT], NOW) == Allow((Covered("ada", "grant-1", 1),))


@pytest.mark.parametrize(
    "use",
    [
        used(audience=Audience.PRIVATE),
        used(purposes=frozenset({Purpose.EDUCATION}), seconds=0),
        used(outputs=1),
        used(label=LabelStrength.PROMINENT),
        used(withdrawal=Withdrawal.DELETE_MODEL),
    ],
)
def test_it_allows_what_is_less_than_granted(use: Use) -> None:
    assert isinstance(decide(use, [GRANT], NOW), Allow)


@pytest.mark.parametrize(
    "grant",
    [
        granted(channels=ANY_CHANNEL),
        granted(binding=Binding.PURPOSE, bound_to=frozenset()),
        granted(binding=Binding.SCRIPT, bound_to=frozenset({"1" * 64})),
        granted(binding=Binding.OUTPUT, bound_to=frozenset({"0" * 64})),
        granted(money=Money.EARNED, may_sublicense=True, may_go_abroad=True),
        granted(withdrawal=Withdrawal.STOP_NEW),
    ],
)
def test_it_allows_under_a_grant_of_more(grant: Grant) -> None:
    assert isinstance(decide(USE, [grant], NOW), Allow)


def test_it_lets_a_use_reach_those_who_are_listed() -> None:
    listed = granted(audience=Audience.ORGANISATION, recipients=frozenset({"acme", "grace"}))
    assert isinstance(
        decide(used(audience=Audience.NAMED, recipients=frozenset({"grace"})), [listed], NOW), Allow
    )


def test_it_allows_a_use_that_shows_nobody_real() -> None:
    assert decide(replace(USE, depicted=()), [], NOW) == Allow()


def test_it_denies_where_nobody_said_who_is_depicted() -> None:
    assert denied(replace(USE, depicted=None), GRANT) == ["depicted"]


def test_it_denies_by_default() -> None:
    assert denied(USE) == ["grant"]
    assert denied(USE, replace(GRANT, person="bob")) == ["grant"]


def test_it_never_adds_two_grants_up() -> None:
    face = granted(elements=frozenset({Element.FACE}))
    voice = replace(granted(elements=frozenset({Element.VOICE})), id="grant-2")
    both = used(elements=frozenset({Element.FACE, Element.VOICE}))
    assert denied(both, face, voice) == ["element"]


def test_it_asks_everybody_in_the_picture() -> None:
    two = replace(USE, depicted=(DEPICTED, replace(DEPICTED, person="bob")))
    of_bob = replace(GRANT, id="grant-2", person="bob")
    assert denied(two, GRANT) == ["grant"]
    assert decide(two, [of_bob, GRANT], NOW) == Allow(
        (Covered("ada", "grant-1", 1), Covered("bob", "grant-2", 1))
    )


def test_it_refuses_a_use_with_a_person_in_it_twice() -> None:
    with pytest.raises(ValueError, match="2 entries for 1 people"):
        replace(USE, depicted=(DEPICTED, DEPICTED))


@pytest.mark.parametrize("state", [state for state in GrantState if state is not GrantState.ACTIVE])
def test_it_lets_only_an_active_grant_authorise(state: GrantState) -> None:
    assert denied(USE, replace(GRANT, state=state)) == ["state"]


@pytest.mark.parametrize("days", [-2, 10])
def test_it_knows_no_grant_before_or_after_its_time(days: int) -> None:
    assert denied(USE, GRANT, now=NOW + days * DAY) == ["time"]


def test_it_reads_no_other_vocabulary() -> None:
    assert denied(USE, replace(GRANT, vocabulary="2")) == ["vocabulary"]
    assert denied(replace(USE, vocabulary="2"), replace(GRANT, vocabulary="2")) == ["vocabulary"]


@pytest.mark.parametrize(
    ("use", "proof"),
    [
        (used(audience=Audience.PRIVATE), Proof.IDENTITY),
        (used(audience=Audience.PRIVATE, money=Money.SHARED), Proof.SIGNED),
        (used(audience=Audience.PRIVATE, purposes=frozenset({Purpose.COMMERCIAL})), Proof.SIGNED),
        (used(audience=Audience.ORGANISATION, recipients=frozenset({"acme"})), Proof.SIGNED),
        (USE, Proof.SIGNED),
        (used(purposes=frozenset({Purpose.ADVERTISING})), Proof.SPOKEN),
        (used(purposes=frozenset({Purpose.POLITICAL})), Proof.SPOKEN),
        (used(media=frozenset({Medium.INTERACTIVE})), Proof.SPOKEN),
        (used(operations=frozenset({Operation.VOICE_CLONE})), Proof.SPOKEN),
        (used(operations=frozenset({Operation.INTERACTIVE_AVATAR})), Proof.SPOKEN),
        (used(purposes=frozenset({Purpose.TRAINING}), elements=frozenset({Element.VOICE})), Proof.SPOKEN),
        (used(years=17), Proof.SPOKEN),
    ],
)
def test_it_wants_the_proof_that_the_use_weighs(use: Use, proof: Proof) -> None:
    wide = granted(
        elements=frozenset(Element),
        operations=frozenset(Operation),
        purposes=frozenset(Purpose),
        media=frozenset(Medium),
        money=Money.EARNED,
    )
    weaker = list(Proof)[proof.rank - 1]
    assert isinstance(decide(use, [replace(wide, proof=proof)], NOW), Allow)
    assert denied(use, replace(wide, proof=weaker)) == ["proof"]


@pytest.mark.parametrize(
    ("use", "profile", "rule"),
    [
        (
            used(content=frozenset({Content.SEXUAL}), years=17),
            LawProfile(frozenset(), allows_intimate_content=True),
            "sexual_content_of_a_minor",
        ),
        (
            used(content=frozenset({Content.SEXUAL}), years=None),
            LawProfile(frozenset(), allows_intimate_content=True),
            "sexual_content_of_a_minor",
        ),
        (used(content=frozenset({Content.INTIMATE})), LawProfile(), "intimate_content"),
        (
            used(content=frozenset({Content.INTIMATE}), years=17),
            LawProfile(allows_intimate_content=True),
            "intimate_content",
        ),
        (used(content=frozenset({Content.IDENTITY_CHECK})), LawProfile(frozenset()), "identity_check"),
        (used(content=frozenset({Content.OFFICIAL_NEWS})), LawProfile(), "forbidden_by_law"),
        (used(content=frozenset({Content.FORBIDDEN})), LawProfile(), "forbidden_by_law"),
    ],
)
def test_it_refuses_what_no_signature_can_allow(use: Use, profile: LawProfile, rule: str) -> None:
    signed = replace(GRANT, proof=Proof.SPOKEN)
    for grants in ([signed], []):
        decision = decide(use, grants, NOW, profile)
        assert isinstance(decision, Deny)
        found = [(each.clause, each.asked) for each in decision.trace if each.clause != "guardian"]
        assert found == [("floor", rule)]


def test_it_allows_intimate_content_of_adults_only_where_the_operator_does_and_the_proof_is_the_highest() -> (
    None
):
    use = used(content=frozenset({Content.INTIMATE}))
    profile = LawProfile(allows_intimate_content=True)
    assert denied(use, GRANT, profile=profile) == ["proof"]
    assert isinstance(decide(use, [replace(GRANT, proof=Proof.SPOKEN)], NOW, profile), Allow)


def test_it_holds_a_weak_withdrawal_to_the_law() -> None:
    weak = granted(withdrawal=Withdrawal.STOP_NEW)
    use = used(withdrawal=Withdrawal.STOP_NEW)
    decision = decide(use, [weak], NOW)
    assert isinstance(decision, Deny)
    assert (decision.trace[0].granted, decision.trace[0].asked) == ("cut_off", "stop_new")
    assert isinstance(decide(use, [weak], NOW, LawProfile(weakest_withdrawal=Withdrawal.STOP_NEW)), Allow)


def test_it_names_the_grant_that_comes_nearest() -> None:
    far = replace(granted(purposes=frozenset(), media=frozenset()), id="a-far-one")
    near = replace(granted(purposes=frozenset()), id="near")
    decision = decide(USE, [far, near], NOW)
    assert isinstance(decision, Deny)
    assert [(each.grant, each.clause) for each in decision.trace] == [("near", "purpose")]


def test_it_says_values_in_json_types_only() -> None:
    assert said((frozenset({Purpose.TRAINING, Purpose.EDUCATION}), NOW, None, True)) == [
        ["education", "training"],
        "2026-06-01T00:00:00+00:00",
        None,
        True,
    ]
    with pytest.raises(TypeError, match="found Scope"):
        said(Scope())


@pytest.mark.parametrize("seed", range(10))
def test_it_agrees_with_the_slow_oracle(seed: int) -> None:
    random, allowed = Random(seed), 0
    for _ in range(10_000):
        case = random_case(random)
        is_allowed = isinstance(decide(*case), Allow)
        assert is_allowed == allows(*case), case
        allowed += is_allowed
    assert 500 < allowed < 9_500, "the cases are all alike"


@pytest.mark.parametrize(
    ("years", "by_guardian", "expected"),
    [
        (13, True, []),
        (13, False, ["guardian"]),
        (14, True, ["guardian"]),
        (14, False, []),
        (30, True, ["guardian"]),
        (None, False, ["guardian"]),
        (None, True, ["guardian"]),
    ],
)
def test_it_hears_a_guardian_for_a_child_and_nobody_else(
    years: int | None, by_guardian: bool, expected: list[str]
) -> None:
    grant = replace(GRANT, proof=Proof.SPOKEN, by_guardian=by_guardian)
    decision = decide(used(years=years), [grant], NOW)
    assert [each.clause for each in getattr(decision, "trace", ()) if isinstance(decision, Deny)] == expected
