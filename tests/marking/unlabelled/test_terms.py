"""The words that are accepted with each request."""

from __future__ import annotations

import hashlib

from accounts.users.agreement_text import blocks, newest
from marking.unlabelled.terms import EDITIONS, Terms, current_terms


def test_both_languages_name_duty_responsibility_use_and_log() -> None:
    terms = current_terms()
    for words in (
        "duty to label passes to you",
        "answer for",
        "purpose",
        "six months",
        "All other marks stay",
        "content credential (C2PA)",
    ):
        assert words in terms.text_en
    for words in (
        "标识义务由您承担",
        "责任由您承担",
        "用途",
        "六个月",
        "其他标识全部保留",
        "内容凭证（C2PA）",
        "第九条",
    ):
        assert words in terms.text_zh


def test_what_was_accepted_before_stands_as_it_stood() -> None:
    accepted = EDITIONS / "v1"
    texts = [
        (accepted / f"terms.{language}.md").read_text(encoding="utf-8").strip() for language in ("en", "zh")
    ]
    assert Terms(1, *texts).sha256 == "a3ee89ef5cf47b986ba4656f6c19cec20d3e9ac6aa35c1ef0b09fb2e9f621653"


def test_both_languages_have_the_same_parts() -> None:
    terms = current_terms()
    shapes = [
        [(block.kind, len(block.lines)) for block in blocks(text)] for text in (terms.text_en, terms.text_zh)
    ]
    assert shapes[0] == shapes[1]


def test_its_hash_covers_both_languages_and_where_they_end() -> None:
    terms = current_terms()
    parts = [len(text.encode()).to_bytes(8, "big") + text.encode() for text in (terms.text_en, terms.text_zh)]
    assert terms.sha256 == hashlib.sha256(b"".join(parts)).hexdigest()


def test_the_user_agreement_speaks_of_such_copies() -> None:
    """Labelling Measures Art. 9: the agreement makes duty and responsibility clear."""
    agreement = newest()
    assert "ask for a copy without it" in agreement.marking_en
    assert "申请取得没有显式标识的副本" in agreement.marking_zh
