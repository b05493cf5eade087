"""Uses and grants: one pair in which every clause just fits, and random ones around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from consent.scope import (
    ANY_CHANNEL,
    Audience,
    Binding,
    Content,
    Deny,
    Depicted,
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
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)

DEPICTED = Depicted(
    person="ada",
    elements=frozenset({Element.FACE}),
    operations=frozenset({Operation.FACE_SWAP}),
    years=30,
    approved_output_sha256="0" * 64,
)
USE = Use(
    depicted=(DEPICTED,),
    purposes=frozenset({Purpose.EDUCATION}),
    media=frozenset({Medium.VIDEO}),
    audience=Audience.PUBLIC,
    channels=frozenset({"school.example"}),
    territories=frozenset({"CN"}),
    starts_at=NOW,
    ends_at=NOW + 10 * DAY,
    outputs=2,
    seconds=30,
    money=Money.NONE,
    theme="history",
    script_sha256="1" * 64,
    output_sha256="0" * 64,
    grantee="studio",
    is_sublicensed=False,
    label=LabelStrength.EXPLICIT,
    goes_abroad=False,
    withdrawal=Withdrawal.CUT_OFF,
)
SCOPE = Scope(
    elements=DEPICTED.elements,
    operations=DEPICTED.operations,
    purposes=USE.purposes,
    media=USE.media,
    audience=USE.audience,
    channels=USE.channels,
    territories=USE.territories,
    not_before=NOW - DAY,
    not_after=NOW + 10 * DAY,
    outputs=3,
    seconds=30,
    money=Money.NONE,
    binding=Binding.THEME,
    bound_to=frozenset({"history"}),
    grantee="studio",
    may_sublicense=False,
    label=LabelStrength.EXPLICIT,
    needs_preview=True,
    may_go_abroad=False,
    withdrawal=Withdrawal.CUT_OFF,
)
GRANT = Grant("grant-1", 1, "ada", GrantState.ACTIVE, Proof.SIGNED, SCOPE, consumed=1)


def used(**changes: Any) -> Use:
    """`USE` with some fields changed; those of the person depicted by their names."""
    person = {name: changes.pop(name) for name in list(changes) if hasattr(DEPICTED, name)}
    return replace(USE, depicted=(replace(DEPICTED, **person),), **changes)


def granted(**changes: Any) -> Grant:
    """`GRANT` with some fields of its scope changed."""
    return replace(GRANT, scope=replace(SCOPE, **changes))


def denied(use: Use, *grants: Grant, now: datetime = NOW, profile: LawProfile | None = None) -> list[str]:
    """The clauses that are named as missing."""
    decision = decide(use, grants, now, profile)
    assert isinstance(decision, Deny)
    return [each.clause for each in decision.trace]


def _some(random: Random, words: Any) -> frozenset[Any]:
    return frozenset(word for word in words if random.random() < 0.4)


def _perhaps(random: Random, value: Any) -> Any:
    return None if random.random() < 0.06 else value


_PLACES = ("CN", "HK", "DE")
_CHANNELS = ("school.example", "tube.example")
_PEOPLE = ("grace", "edsger")
_HASHES = ("0" * 64, "1" * 64)


def _use_change(random: Random) -> dict[str, Any]:
    """One field of a use, drawn anew."""
    field, value = random.choice(
        [
            ("purposes", _some(random, Purpose)),
            ("media", _some(random, Medium)),
            ("audience", random.choice(list(Audience))),
            ("recipients", _some(random, _PEOPLE)),
            ("channels", _some(random, _CHANNELS)),
            ("territories", _some(random, _PLACES)),
            ("starts_at", NOW + random.randint(-3, 12) * DAY),
            ("ends_at", NOW + random.randint(-3, 12) * DAY),
            ("outputs", random.randint(-1, 3)),
            ("seconds", random.choice((-1, 0, 29, 30, 31))),
            ("money", random.choice(list(Money))),
            ("theme", random.choice(("history", "love", ""))),
            ("script_sha256", random.choice(_HASHES)),
            ("output_sha256", random.choice(_HASHES)),
            ("grantee", random.choice(("studio", "other", ""))),
            ("is_sublicensed", random.random() < 0.5),
            ("label", random.choice(list(LabelStrength))),
            ("goes_abroad", random.random() < 0.5),
            ("withdrawal", random.choice(list(Withdrawal))),
        ]
    )
    if random.random() < 0.05:
        return random.choice(
            [
                {"vocabulary": "0"},
                {"content": _some(random, Content)},
                {"content": frozenset({Content.INTIMATE})},
            ]
        )
    return {field: value if field == "recipients" else _perhaps(random, value)}


def _scope_change(random: Random) -> dict[str, Any]:
    """One field of a scope, drawn anew."""
    field, value = random.choice(
        [
            ("elements", _some(random, Element)),
            ("operations", _some(random, Operation)),
            ("purposes", _some(random, Purpose)),
            ("media", _some(random, Medium)),
            ("audience", random.choice(list(Audience))),
            ("recipients", _some(random, _PEOPLE)),
            ("channels", random.choice((ANY_CHANNEL, _some(random, _CHANNELS)))),
            ("territories", _some(random, _PLACES)),
            ("not_before", NOW + random.randint(-3, 3) * DAY),
            ("not_after", NOW + random.randint(-3, 12) * DAY),
            ("outputs", random.randint(0, 6)),
            ("seconds", random.randint(0, 60)),
            ("money", random.choice(list(Money))),
            ("binding", random.choice(list(Binding))),
            ("bound_to", frozenset(random.sample(("history", "love", *_HASHES), 2))),
            ("grantee", random.choice(("studio", "other"))),
            ("may_sublicense", random.random() < 0.5),
            ("label", random.choice(list(LabelStrength))),
            ("needs_preview", random.random() < 0.5),
            ("may_go_abroad", random.random() < 0.5),
            ("withdrawal", random.choice(list(Withdrawal))),
        ]
    )
    return {field: value if field in ("recipients", "bound_to") else _perhaps(random, value)}


def _depicted(random: Random, person: str) -> Depicted:
    depicted = replace(DEPICTED, person=person)
    if random.random() < 0.3:
        depicted = replace(depicted, elements=_perhaps(random, _some(random, Element)))
    if random.random() < 0.3:
        depicted = replace(depicted, operations=_perhaps(random, _some(random, Operation)))
    if random.random() < 0.2:
        depicted = replace(depicted, years=random.choice((None, 13, 17, 18)))
    if random.random() < 0.2:
        depicted = replace(depicted, approved_output_sha256=random.choice((None, "", *_HASHES)))
    return depicted


def random_use(random: Random) -> Use:
    """A use a few changes away from `USE`, of nobody, one or two people, or of nobody knows whom."""
    people = random.choices((("ada",), ("ada", "bob"), ()), (80, 18, 2))[0]
    use = replace(USE, depicted=tuple(_depicted(random, person) for person in people))
    if random.random() < 0.01:
        use = replace(use, depicted=None)
    for _ in range(random.choice((0, 0, 1, 1, 2, 4))):
        use = replace(use, **_use_change(random))
    return use


def _of_a_child(random: Random, use: Use, grants: list[Grant]) -> tuple[Use, list[Grant]]:
    """The same of somebody of 13, with most of the grants spoken by a guardian."""
    depicted = tuple(replace(each, years=13) for each in use.depicted or ())
    spoken = [replace(each, proof=Proof.SPOKEN, by_guardian=random.random() < 0.8) for each in grants]
    return replace(use, depicted=depicted if use.depicted is not None else None), spoken


def random_grant(random: Random, number: int) -> Grant:
    """A grant a few changes away from `GRANT`."""
    scope = SCOPE
    for _ in range(random.choice((0, 0, 1, 2, 4))):
        scope = replace(scope, **_scope_change(random))
    return replace(
        GRANT,
        id=f"grant-{number}",
        person=random.choices(("ada", "bob"), (70, 30))[0],
        state=random.choices(list(GrantState), (1, 80, *[1] * (len(GrantState) - 2)))[0],
        proof=random.choices(list(Proof), (1, 1, 8, 60, 30))[0],
        scope=scope,
        consumed=random.choice((0, 1, 1, 2)),
        vocabulary=random.choices(("1", "0"), (98, 2))[0],
    )


def random_profile(random: Random) -> LawProfile:
    return LawProfile(
        forbidden=_some(random, Content),
        weakest_withdrawal=random.choice(list(Withdrawal)),
        allows_intimate_content=random.random() < 0.5,
    )


def random_case(random: Random) -> tuple[Use, list[Grant], datetime, LawProfile]:
    """A use, up to four grants, a time, and a law."""
    grants = [random_grant(random, number) for number in range(random.randint(0, 4))]
    now = NOW + random.choices((0, -2, 9, 11), (85, 5, 5, 5))[0] * DAY
    profile = LawProfile() if random.random() < 0.8 else random_profile(random)
    use = random_use(random)
    if random.random() < 0.1:
        use, grants = _of_a_child(random, use, grants)
    return use, grants, now, profile
