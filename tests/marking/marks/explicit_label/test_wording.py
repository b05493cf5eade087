"""Wording: what a label says."""

from __future__ import annotations

import pytest

from marking.marks.explicit_label import Wording


@pytest.mark.parametrize(("wording", "meets"), [("CHINESE", True), ("BOTH", True), ("ENGLISH", False)])
def test_it_knows_which_texts_meet_clause_5_2(wording: str, meets: bool) -> None:
    assert Wording[wording].meets_gb_45438 is meets


@pytest.mark.parametrize("wording", list(Wording))
def test_it_stacks_the_whole_text(wording: Wording) -> None:
    letters = wording.replace(" · ", "")

    assert ["".join(lines).replace(" · ", "") for lines in wording.layouts] == [letters] * len(
        wording.layouts
    )
    assert [len(lines) for lines in wording.layouts] == sorted(len(lines) for lines in wording.layouts)
