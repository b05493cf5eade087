from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from accounts.identity import wording
from accounts.identity.documents import DocumentInvalid, DocumentType, check
from accounts.identity.levels import Level
from accounts.identity.states import ClaimState


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize(
    ("language", "words"), [("en", "not verified by a third party"), ("zh-hans", "未经第三方核验")]
)
def test_it_says_of_every_lower_level_that_no_third_party_verified_it(
    level: Level, language: str, words: str
) -> None:
    with override(language):
        sentence, stated = str(wording.describe(level)), wording.statement(level)
    assert (words in sentence) is not level.is_third_party
    assert ("not verified by a third party" in stated) is not level.is_third_party


def test_it_reads_a_level_from_the_database() -> None:
    assert wording.describe(2) == wording.describe(Level.OPERATOR_CHECKED)


def test_it_has_words_for_every_document_and_state() -> None:
    assert all(str(wording.describe_document(each)) for each in DocumentType)
    assert all(str(wording.describe_state(each)) for each in ClaimState)


def test_it_fills_a_complaint_in() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        check(DocumentType.RESIDENT_ID, "123", date(2026, 1, 1))
    with override("en"):
        assert wording.complain(caught.value).endswith("found 3.")
