from __future__ import annotations

from datetime import date

import pytest
from pytest_django import Settings

from accounts.identity.documents import DocumentType, check
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import ClaimFacts, Outcome, Provider, Result
from config.environment import read

DOCUMENT = check(DocumentType.RESIDENT_ID, "11010519491231002X", date(2026, 1, 1))
FACTS = ClaimFacts("张三", DOCUMENT)


@pytest.mark.parametrize("provider", registry.PROVIDERS.values(), ids=lambda each: each.name)
class TestContract:
    """What every provider keeps."""

    def test_it_answers_an_outcome(self, provider: Provider) -> None:
        assert isinstance(provider.submit(FACTS), Outcome)

    def test_it_never_claims_a_third_party_without_one(self, provider: Provider) -> None:
        assert not provider.submit(FACTS).level.is_third_party

    def test_it_has_a_name_that_a_claim_can_hold(self, provider: Provider) -> None:
        assert registry.PROVIDERS[provider.name] is provider
        assert 0 < len(provider.name) <= IdentityClaim._meta.get_field("provider").max_length


def test_it_takes_the_persons_word_at_the_lowest_level() -> None:
    assert registry.PROVIDERS["local"].submit(FACTS) == Outcome(Result.VERIFIED, Level.SELF_ASSERTED)


def test_it_leaves_the_decision_to_staff() -> None:
    assert registry.PROVIDERS["manual"].submit(FACTS) == Outcome(Result.PENDING)


@pytest.mark.parametrize("name", ["local", "manual"])
def test_it_is_the_one_that_the_environment_names(name: str, settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": name})
    assert registry.current() is registry.PROVIDERS[name]


@pytest.mark.parametrize(
    ("result", "level"), [(Result.VERIFIED, Level.NONE), (Result.UNAVAILABLE, Level.THIRD_PARTY_MATCH)]
)
def test_it_refuses_an_outcome_that_contradicts_itself(result: Result, level: Level) -> None:
    with pytest.raises(ValueError, match="A verified outcome has a level"):
        Outcome(result, level)


def test_it_keeps_names_and_numbers_out_of_reprs() -> None:
    assert "张三" not in repr(FACTS)
    assert "110105" not in repr(FACTS)
