from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.identity.documents import DocumentType, check
from accounts.identity.levels import CEILINGS, Level, ceiling
from accounts.identity.models import IdentityClaim
from accounts.identity.providers import registry
from accounts.identity.providers.local import LocalProvider
from accounts.identity.providers.manual import ManualProvider
from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, Trouble
from config.environment import EnvironmentInvalid, read

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DOCUMENT = check(DocumentType.RESIDENT_ID, "11010519491231002X", date(2026, 1, 1))
FACTS = ClaimFacts("张三", DOCUMENT, "13800138000")


def test_the_local_provider_takes_the_persons_word_at_the_lowest_level() -> None:
    answer = LocalProvider().check(FACTS, NOON)
    assert LocalProvider().can_judge(FACTS)
    assert (answer.finding, answer.level, answer.level.is_third_party) == (
        Finding.MATCH,
        Level.SELF_ASSERTED,
        False,
    )


def test_the_manual_one_leaves_the_decision_to_staff() -> None:
    assert not ManualProvider().can_judge(FACTS)
    assert ManualProvider().check(FACTS, NOON).finding is Finding.UNAVAILABLE


@pytest.mark.parametrize("name", registry.CHOICES)
def test_it_is_the_one_that_the_environment_names(name: str, settings: Settings) -> None:
    settings.ENVIRONMENT = read(
        {"YINJI_IDENTITY_PROVIDER": name, "YINJI_IDENTITY_URL": "https://provider.example"}
    )
    visited = registry.visited()
    if name in registry.VISITED:
        assert (registry.current().name, visited.name if visited else "") == ("manual", name)
    else:
        assert (registry.current().name, visited) == (name, None)
    assert registry.current().is_outside is (name in registry.OUTSIDE - registry.VISITED)
    assert registry.asks_for_phone() is name.endswith("-phone")
    assert len(name) <= IdentityClaim._meta.get_field("provider").max_length


def test_every_choice_has_a_ceiling_and_the_environment_knows_it() -> None:
    assert {*registry.CHOICES, registry.OPERATOR} == set(CEILINGS)
    assert ceiling("local") == Level.SELF_ASSERTED
    assert ceiling("somebody") == Level.NONE


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_a_cloud_is_asked_at_its_usual_address(name: str, settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": name, "YINJI_IDENTITY_KEY_SECRET": "hidden"})
    provider = registry.current()
    assert provider.endpoint.url in {"https://cloudauth.aliyuncs.com", "https://faceid.tencentcloudapi.com"}  # type: ignore[attr-defined]
    assert "hidden" not in repr(provider)


def test_stripe_is_asked_at_its_usual_address_with_a_key_alone(settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "stripe", "YINJI_IDENTITY_KEY_SECRET": "hidden"})
    provider = registry.visited()
    assert provider is not None
    assert (provider.issuer, provider.brings_code) == ("https://api.stripe.com", False)
    assert "hidden" not in repr(provider)


def test_staff_and_the_form_alone_hold_nothing_elsewhere() -> None:
    assert LocalProvider().erase("")
    assert ManualProvider().erase("")


@pytest.mark.parametrize("name", ["aliyun", "aliyun-phone", "tencent", "tencent-phone"])
def test_a_cloud_judges_mainland_cards_alone(name: str, settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": name})
    passport = check(DocumentType.PASSPORT, "E12345678", date(2026, 1, 1))
    provider = registry.current()
    assert provider.can_judge(FACTS)
    assert not provider.can_judge(ClaimFacts("张三", passport, "13800138000"))
    assert provider.can_judge(ClaimFacts("张三", DOCUMENT)) is not name.endswith("-phone")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YINJI_IDENTITY_URL", "http://provider.example"),
        ("YINJI_IDENTITY_URL", "https://provider.example/?a=b"),
        ("YINJI_IDENTITY_PROXY", "https://proxy.example:3128"),
        ("YINJI_IDENTITY_PROXY", "http://proxy.example"),
        ("YINJI_IDENTITY_PROVIDER", "operator"),
    ],
)
def test_the_environment_refuses(name: str, value: str) -> None:
    with pytest.raises(EnvironmentInvalid, match=name):
        read({name: value})


@pytest.mark.parametrize(
    ("finding", "provider", "level", "trouble"),
    [
        (Finding.MATCH, "aliyun", Level.NONE, None),
        (Finding.MISMATCH, "aliyun", Level.THIRD_PARTY_MATCH, None),
        (Finding.UNAVAILABLE, "aliyun", Level.THIRD_PARTY_MATCH, Trouble.OUTAGE),
        (Finding.MATCH, "local", Level.OPERATOR_CHECKED, None),
        (Finding.MATCH, "somebody", Level.SELF_ASSERTED, None),
        (Finding.UNAVAILABLE, "aliyun", Level.NONE, None),
        (Finding.MATCH, "aliyun", Level.THIRD_PARTY_MATCH, Trouble.OUTAGE),
    ],
)
def test_an_answer_never_contradicts_itself(
    finding: Finding, provider: str, level: Level, trouble: Trouble | None
) -> None:
    with pytest.raises(ValueError, match="found"):
        Answer(finding, provider, "method", NOON, level, trouble=trouble)


def test_it_keeps_names_and_numbers_out_of_reprs() -> None:
    assert not any(each in repr(FACTS) for each in ("张三", "110105", "13800138000"))


def test_the_page_says_what_each_is_asked_and_what_it_holds() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "identity.md").read_text()
    asked, _, rest = page.partition("\n## Sent again, forged, erased\n")
    rows = [line.split(" | ") for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    held = {name: row[-1] for row in rows for name in re.findall(r"`([a-z-]+)`", row[0])}
    assert held.keys() == registry.OUTSIDE
    assert {name for name, cell in held.items() if not cell.startswith("nothing")} == {registry.STRIPE}
    assert all(f"\n| `{name}` | " in asked for name in registry.CHOICES)
