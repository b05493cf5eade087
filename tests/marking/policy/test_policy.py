"""policy_for: what the jurisdictions of a site ask for together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.explicit_label import Wording
from marking.marks.explicit_label.lettering import missing_characters
from marking.marks.explicit_label.placing import HEIGHT_SHARE
from marking.policy.jurisdictions import Jurisdiction, read_jurisdictions
from marking.policy.policy import WORDINGS, policy_for
from marking.policy.rules import RULES, Mark, Rule

PAGE = Path(__file__).resolve().parents[3] / "docs" / "policy.md"
CN, EU, IN, CA = Jurisdiction
some = st.lists(st.sampled_from(list(Jurisdiction)), min_size=1)


@pytest.mark.parametrize(
    ("jurisdictions", "wording"),
    [
        ([CN], Wording.CHINESE),
        ([EU], Wording.ENGLISH),
        ([IN, CA], Wording.ENGLISH),
        ([CN, EU], Wording.BOTH),
        (list(Jurisdiction), Wording.BOTH),
    ],
)
def test_it_takes_the_shortest_wording_that_serves_everywhere(
    jurisdictions: Sequence[Jurisdiction], wording: Wording
) -> None:
    assert policy_for(jurisdictions).wording is wording


@pytest.mark.parametrize(
    ("jurisdictions", "may"),
    [([CN], True), ([CN, EU], True), ([EU], False), ([CA], False), ([CN, IN], False), ([IN], False)],
)
def test_it_leaves_the_label_out_only_where_a_law_provides_for_it_and_none_forbids_it(
    jurisdictions: Sequence[Jurisdiction], may: bool
) -> None:
    assert policy_for(jurisdictions).may_leave_label_out is may


def test_it_says_whose_rule_a_chosen_wording_does_not_meet() -> None:
    assert policy_for([CN, EU], label="en").unmet == (CN,)
    assert policy_for([CN, EU], label="zh").unmet == (EU,)
    assert policy_for([CN, EU], label="both").unmet == ()
    assert policy_for([EU], label="en").wording is Wording.ENGLISH


@given(some)
@settings(max_examples=30, deadline=None)
def test_it_is_as_strict_as_each_and_does_not_depend_on_order(jurisdictions: list[Jurisdiction]) -> None:
    policy = policy_for(jurisdictions)

    again = policy_for(sorted(jurisdictions, reverse=True))
    assert (policy.wording, policy.marks, policy.height_share) == (
        again.wording,
        again.marks,
        again.height_share,
    )
    assert not policy.unmet
    for each in jurisdictions:
        rule = RULES[each]
        assert policy.wording in rule.wordings
        assert policy.marks >= rule.marks
        assert policy.height_share >= rule.height_share
        assert set(policy.languages) >= set(rule.languages)
        assert set(policy.metadata) >= set(rule.metadata)


def test_it_refuses_to_mark_for_nobody() -> None:
    with pytest.raises(ValueError, match="at least one jurisdiction"):
        policy_for([])


def test_every_label_is_drawn_high_enough_for_every_jurisdiction() -> None:
    assert max(rule.height_share for rule in RULES.values()) <= HEIGHT_SHARE


def test_what_china_takes_meets_its_standard() -> None:
    assert {each for each in Wording if each.meets_gb_45438} == RULES[CN].wordings


def test_every_wording_is_used_can_be_named_and_is_in_the_font() -> None:
    assert frozenset().union(*(rule.wordings for rule in RULES.values())) == set(Wording)
    assert set(WORDINGS.values()) == set(Wording)
    assert missing_characters("".join(wording.value for wording in Wording)) == ""


def test_some_jurisdiction_asks_for_every_kind_of_mark() -> None:
    assert policy_for(Jurisdiction).marks == set(Mark)


@pytest.mark.parametrize(
    ("text", "read"), [("CN", (CN,)), (" eu , cn,", (CN, EU)), ("US-CA,IN,IN", (IN, CA))]
)
def test_it_reads_lists_of_codes(text: str, read: tuple[Jurisdiction, ...]) -> None:
    assert read_jurisdictions(text) == read


@pytest.mark.parametrize("text", ["", ",", "XX", "CN EU", "CN,XX"])
def test_it_says_which_codes_it_knows(text: str) -> None:
    with pytest.raises(ValueError, match="expected one or more of CN, EU, IN, US-CA"):
        read_jurisdictions(text)


def test_the_page_prints_the_table() -> None:
    assert "\n".join(_row(each, rule) for each, rule in RULES.items()) in PAGE.read_text()


def _row(jurisdiction: Jurisdiction, rule: Rule) -> str:
    cells = (
        jurisdiction.value,
        ", ".join(sorted(wording.value for wording in rule.wordings)),
        f"{rule.height_share:.0%}".replace("%", " %") if rule.height_share else "none",
        ", ".join(sorted(rule.marks)),
        ", ".join(rule.metadata),
        rule.unlabelled_copy.value,
        rule.source,
    )
    return f"| {' | '.join(cells)} |"
