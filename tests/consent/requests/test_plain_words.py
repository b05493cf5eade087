from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.requests.plain_words import PLATFORMS, are_channels, is_channel, is_name, is_plain


@pytest.mark.parametrize(
    "text", ["history", "唐代历史", "a play by Shakespeare, 1600", "Tang (618–907)", "x" * 200]
)
def test_it_lets_themes_pass(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x" * 201, "see evil.example", "www.evil", "http://evil", "a@b", "call 138 0013 8000", "+86-21-5555555",
     "two\nlines", "turned \u202e round", "我的微信：wx.example.cn"],
)  # fmt: skip
def test_it_lets_nothing_pass_that_leads_somewhere(text: str) -> None:
    assert not is_plain(text)


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=30), st.sampled_from(["@", "://", "evil.example", "13800138000"]), st.text(max_size=30)
)
def test_it_finds_a_lead_wherever_it_stands(before: str, lead: str, after: str) -> None:
    assert not is_plain(f"{before} {lead} {after}")


@pytest.mark.parametrize(
    "text", ["*", "example.com", "a.b-c.example", "xn--fiqs8s.cn", "weibo", *sorted(PLATFORMS)]
)
def test_it_takes_host_names_and_platforms_for_channels(text: str) -> None:
    assert is_channel(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Example.com",
        "example",
        "https://example.com",
        "a..b",
        "-a.example",
        "a b.example",
        "pay-me-now-or-else.example",
        "a.b.c.d.e.example",
        f"{'x' * 60}.example",
        "10.0.0.1",
        "weib0",
    ],
)
def test_it_takes_nothing_else_for_one(text: str) -> None:
    assert not is_channel(text)


def test_it_takes_the_wildcard_alone_and_twenty_channels() -> None:
    assert are_channels(frozenset({"*"}))
    assert not are_channels(frozenset({"*", "example.com"}))
    hosts = frozenset(f"a{each}.example" for each in range(20))
    assert are_channels(hosts)
    assert not are_channels(hosts | {"weibo"})


@pytest.mark.parametrize(
    "text", ["Chen Jing", "陈静", "J.-P. O’Neill", "阿依古丽·买买提", "the board", "x" * 40]
)
def test_it_takes_names_for_names(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    ["", "-", "x" * 41, "person 1", "Pay, or else!", "evil.example", "a@b", "two\nlines", "\ud800", "50€"],
)
def test_it_takes_no_sentence_for_a_name(text: str) -> None:
    assert not is_name(text)
