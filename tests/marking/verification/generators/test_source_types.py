"""The IPTC digital source type …"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.generators.source_types import (
    COMPOSED,
    EDITED,
    GENERATED,
    NOT_GENERATED,
    saying_generated,
    source_type,
)

TERMS = (*GENERATED, *EDITED, *COMPOSED, *NOT_GENERATED)


@pytest.mark.parametrize("term", TERMS)
def test_it_is_read_as_uri_code_and_alone(term: str) -> None:
    for form in (
        f"http://cv.iptc.org/newscodes/digitalsourcetype/{term}",
        f"https://cv.iptc.org/newscodes/digitalsourcetype/{term}/",
        f"digsrctype:{term}",
        f" {term}\n",
        term.upper(),
    ):
        assert source_type(form) == term


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("Trained Algorithmic Media", "trainedAlgorithmicMedia"),
        ("Created using Generative AI", "trainedAlgorithmicMedia"),
        ("Edited using Generative AI", "compositeWithTrainedAlgorithmicMedia"),
        ("使用生成式人工智能创建", "trainedAlgorithmicMedia"),
        ("something else", ""),
        ("", ""),
        ("not trainedAlgorithmicMedia", ""),
    ],
)
def test_it_is_read_by_the_names_that_are_printed(name: str, term: str) -> None:
    assert source_type(name) == term


@pytest.mark.parametrize("term", NOT_GENERATED)
def test_it_does_not_always_say_generated(term: str) -> None:
    assert saying_generated([term, ""]) == ""


def test_the_clearest_counts() -> None:
    assert saying_generated(reversed(TERMS)) == GENERATED[0]
    assert saying_generated([*COMPOSED, *EDITED]) == EDITED[0]
    assert saying_generated([]) == ""


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_it_is_a_term_or_nothing(value: str) -> None:
    assert source_type(value) in ("", *TERMS)
