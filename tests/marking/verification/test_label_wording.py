"""The words for the faults of a metadata label …"""

from __future__ import annotations

import inspect
import re

import pytest
from django.utils.translation import override

from marking.marks.implicit_label import AigcLabel, FoundLabel, Reading
from marking.marks.implicit_label.label import FIELD_NAMES
from marking.marks.implicit_label.parsing import parse_label
from marking.verification import label_wording, wording
from marking.verification.collecting.label_signatures import BROKEN_SIGNATURE, NOT_OURS
from marking.verification.conflicts import DISAGREEING

DOCUMENTED = (
    (AigcLabel.faults, "The codes are"),
    (parse_label, "Faults besides"),
    (FoundLabel, "stable codes"),
    (Reading, "stable codes"),
)
"""What gives out codes, and the words of its docstring after which they stand."""


def documented_codes() -> set[str]:
    texts = (inspect.getdoc(thing).partition(words)[2] for thing, words in DOCUMENTED)
    found = {code for text in texts for code in re.findall(r"``([a-z_]+(?::<\w+>)?)``", text)}
    return found - {"parse_label"} | {BROKEN_SIGNATURE, NOT_OURS, DISAGREEING}


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with override("en"):
        yield


def test_there_are_words_for_every_fault_that_is_documented_and_no_other() -> None:
    codes = documented_codes()
    assert {code for code in codes if ":" not in code} == set(label_wording.FAULTS)
    assert {code.partition(":")[0] for code in codes if ":" in code} == set(label_wording.FIELD_FAULTS)


@pytest.mark.parametrize("code", sorted(documented_codes()))
def test_a_fault_is_a_sentence_that_names_its_field(code: str) -> None:
    for field in FIELD_NAMES:
        sentence = label_wording.fault_sentence(re.sub("<.*>", field, code))
        assert sentence.endswith(".")
        assert (field in sentence) or ":" not in code
        assert "_" not in sentence


def test_the_faults_of_a_card_are_in_words() -> None:
    ((name, text),) = wording.details({"faults": ("not_json", "missing:Label", "new_code", "new:Label")})
    assert name == "Faults"
    assert text == "The label is not valid JSON. The field Label is missing. new_code new:Label"
