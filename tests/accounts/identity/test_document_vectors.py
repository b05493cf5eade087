"""C-11: documents of every kind, good and bad, against what the published rules say of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from accounts.identity.documents import DocumentInvalid, DocumentType, check, check_phone

TODAY = date(2026, 11, 22)
LINES = (Path(__file__).parent / "document_vectors.txt").read_text().splitlines()[1:]
VECTORS = [line.split("|") for line in LINES]


def test_there_are_enough_of_both() -> None:
    good = sum(expected == "ok" for _, _, expected, _ in VECTORS)
    assert min(good, len(VECTORS) - good) >= 90
    assert len(VECTORS) >= 200


@pytest.mark.parametrize("kind", DocumentType)
def test_it_judges_each_as_the_rules_do(kind: DocumentType) -> None:
    wrong = [vector for vector in VECTORS if vector[0] == kind and _judged(kind, vector[1]) != vector[2:]]
    assert wrong == []


def _judged(kind: DocumentType, number: str) -> list[str]:
    try:
        document = check(kind, number, TODAY)
    except DocumentInvalid as error:
        return [error.code, ""]
    return ["ok", document.birth_date.isoformat() if document.birth_date else ""]


@pytest.mark.parametrize(
    "phone",
    ["13800138000", "+86 138 0013 8000", "0086-138-0013-8000", "１９９００００１１１１", "8613800138000"],
)
def test_it_takes_a_mobile_number(phone: str) -> None:
    assert len(check_phone(phone)) == 11


@pytest.mark.parametrize(
    "phone", ["", "12800138000", "1380013800", "138001380000", "+852 9123 4567", "1380013800a", "1" * 60]
)
def test_it_refuses_what_is_none(phone: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        check_phone(phone)
    assert caught.value.code == "phone"
