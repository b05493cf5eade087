from __future__ import annotations

import re

from django.conf import settings

from consent.scope import CLAUSES, CONDITIONS

PAGE = (settings.ROOT / "docs" / "consent.md").read_text()


def test_the_page_lists_every_clause_in_its_order() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [clause.name for clause in CLAUSES]


def test_the_page_names_every_condition_and_every_word() -> None:
    words = set(re.findall(r"`([\w*]+)`", PAGE))
    assert {condition.name for condition in CONDITIONS} <= words
