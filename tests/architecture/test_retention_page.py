"""The page about what is kept how long names everything that is kept sealed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField, Field, FileField

from accounts.retention.classes import CLASSES
from accounts.retention.contents import Content, all_contents, as_markdown

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "retention.md").read_text()
BEGIN, END = "<!-- contents -->\n", "<!-- end of contents -->\n"
OURS = {"accounts", "consent", "marking", "vault"}
EMPTIED = {f"{each.model._meta.label}.{name}" for each in all_contents() for name in each.blank}


def sealed_columns() -> set[str]:
    """Every column of bytes or of a file: whatever is sealed lies in one."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField | FileField)
    }


def test_the_table_is_made_from_the_code() -> None:
    assert PAGE[PAGE.index(BEGIN) + len(BEGIN) : PAGE.index(END)] == as_markdown()


def test_every_sealed_column_has_an_end_that_the_page_names() -> None:
    named = set(re.findall(r"`((?:accounts|consent|marking|vault)\.\w+\.\w+)`", PAGE))
    columns = sealed_columns()
    assert len(columns) > 50
    assert columns - EMPTIED - named == set(), "say in docs/retention.md what ends it"
    assert named & EMPTIED == set()


def test_the_page_names_no_column_that_is_not_there() -> None:
    there = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field)
    }
    named = set(re.findall(r"`((?:accounts|consent|marking|vault)\.\w+\.\w+)`", PAGE))
    assert named - there == set()


@pytest.mark.parametrize("content", all_contents(), ids=lambda content: content.name)
def test_each_content_has_what_emptying_asks_of_it(content: Content) -> None:
    assert content.kept in {each.name for each in CLASSES}
    columns = {field.name for field in content.model._meta.concrete_fields}
    assert {*content.blank, "emptied_at"} <= columns
    refusing = [each for each in content.model._meta.constraints if "emptied_at" in str(each)]
    assert refusing, "the database has to refuse an emptied row with content"
    assert content.stays
