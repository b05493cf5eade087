"""Every kind of record, and every field that the law wants in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from accounts.records.requirements import (
    COMMON,
    Field,
    RecordIncomplete,
    Source,
    all_kinds,
    as_markdown,
    require,
)
from accounts.records.wording import SOURCES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "records.md"
BEGIN, END = "<!-- fields -->\n", "<!-- end of fields -->\n"
REQUIRED = [(kind, field) for kind, fields in all_kinds().items() for field in (*fields, *COMMON)]


def test_the_page_lists_them() -> None:
    with translation.override(None):
        printed = as_markdown({source: str(sentence) for source, sentence in SOURCES.items()})
    page = PAGE.read_text()
    assert page[page.index(BEGIN) + len(BEGIN) : page.index(END)] == printed, (
        "docs/records.md is not what `manage.py records fields` prints"
    )


def test_each_clause_has_one_sentence_that_names_it() -> None:
    assert set(SOURCES) == set(Source)
    for source, sentence in SOURCES.items():
        assert str(sentence).startswith(f"{source.value}: ")
        assert str(sentence).count(". ") == source.value.count(". "), sentence


@pytest.mark.parametrize(("kind", "field"), REQUIRED, ids=lambda given: str(given))
def test_leaving_it_out_is_refused_by_name_and_source(kind: str, field: Field) -> None:
    whole = {name: "said" for each in (*all_kinds()[kind], *COMMON) for name in each.names}
    require(kind, whole)
    for nothing in ({}, dict.fromkeys(field.names, None), dict.fromkeys(field.names, "")):
        body = {name: said for name, said in whole.items() if name not in field.names} | nothing
        with pytest.raises(RecordIncomplete) as refused:
            require(kind, body)
        assert (refused.value.kind, refused.value.field) == (kind, field)
        assert str(field) in str(refused.value)
        assert field.source.value in str(refused.value)
