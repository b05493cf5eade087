from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some

from accounts.users.agreement_text import AgreementText, Block, BlockKind, Span, blocks, newest


def _line(text: str) -> tuple[Span, ...]:
    return (Span(text, is_strong=False),)


def test_it_lays_out_headings_paragraphs_and_items() -> None:
    text = "## Marks\n\nEvery file\nis **marked**.\n\n- one\n- two\n"
    assert list(blocks(text)) == [
        Block(BlockKind.HEADING, (_line("Marks"),)),
        Block(
            BlockKind.PARAGRAPH,
            ((Span("Every file is ", False), Span("marked", True), Span(".", False)),),
        ),
        Block(BlockKind.ITEMS, (_line("one"), _line("two"))),
    ]


@given(some.text(alphabet="ab*- #<\n", max_size=80))
@limits(max_examples=80, deadline=None)
def test_it_takes_any_text_and_adds_no_character(text: str) -> None:
    shown = "".join(span.text for block in blocks(text) for line in block.lines for span in line)
    assert set(shown) <= set(text) | {" "}
    assert len(shown) <= len(text)


def test_it_reads_the_newest_edition_of_a_folder(tmp_path: Path) -> None:
    for version in (2, 10):
        edition = tmp_path / f"v{version}"
        edition.mkdir()
        (edition / "terms.en.md").write_text(f"Terms {version}\n")
    text = newest(tmp_path)
    assert (text.version, text.body_en, text.marking_zh) == (10, "Terms 10", "")
    assert not text.explains_marking


@pytest.mark.parametrize(
    ("english", "chinese", "is_complete"),
    [("marks", "标识", True), ("", "标识", False), ("marks", "", False)],
)
def test_it_asks_for_the_section_on_marking_in_both_languages(
    english: str, chinese: str, is_complete: bool
) -> None:
    assert AgreementText(1, "terms", "条款", english, chinese).explains_marking is is_complete


def test_it_hashes_where_one_text_ends_and_the_next_begins() -> None:
    first, second = AgreementText(1, "ab", "", "", ""), AgreementText(1, "a", "b", "", "")
    assert first.sha256 != second.sha256
    assert (
        AgreementText(1, "a", "b", "c", "d").sha256
        == "d576b8b53d6d1c38b59c0423b12c72bedf55396feef884636d6dfb373f09a757"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_ships_an_agreement_that_says_what_the_law_asks_for(language: str) -> None:
    text = newest()
    marking = getattr(text, f"marking_{language}")
    terms = getattr(text, f"body_{language}")
    assert "GB 45438-2025" in marking
    for article in {"en": ("Art. 9", "Art. 10"), "zh": ("第九条", "第十条")}[language]:
        assert article in marking
    for article in {"en": ("Art. 9", "Art. 14"), "zh": ("第九条", "第十四条")}[language]:
        assert article in terms
    assert not any("#" in span.text for block in blocks(marking + "\n\n" + terms) for span in block.lines[0])


def test_it_says_as_much_in_one_language_as_in_the_other() -> None:
    text = newest()
    for english, chinese in ((text.body_en, text.body_zh), (text.marking_en, text.marking_zh)):
        assert [block.kind for block in blocks(english)] == [block.kind for block in blocks(chinese)]
        assert [len(block.lines) for block in blocks(english)] == [
            len(block.lines) for block in blocks(chinese)
        ]
