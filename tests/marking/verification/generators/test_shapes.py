"""The shape of a text …"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.generators.shapes import (
    LONGEST_TEXT,
    OBJECTS,
    VARIANTS,
    description_family,
    is_grok_signature,
    text_family,
)

SAMPLER = "Steps: 20, Sampler: Euler a"


@pytest.mark.parametrize(("names", "family"), OBJECTS)
def test_it_is_known_by_the_names_of_an_object(names: frozenset[str], family: str) -> None:
    text = json.dumps(dict.fromkeys(names, 1))

    assert text_family(text) == family
    assert text_family("prompt:" + text) == family
    assert text_family(json.dumps({"inner": text})) == family
    for name in names if len(names) > 1 else ():
        assert text_family(json.dumps(dict.fromkeys(names - {name}, 1))) != family


@pytest.mark.parametrize(("sign", "family"), VARIANTS)
def test_it_is_told_from_that_of_the_web_ui(sign: str, family: str) -> None:
    assert text_family(f"a cat\n{SAMPLER}, {sign}1") == family


@pytest.mark.parametrize(
    "text",
    [
        f"a cat\n{SAMPLER}",
        f"\r\n{SAMPLER}",
        f"a cat, {SAMPLER}",
        "a cat\nSteps: 4, Size: 9x9, Seed: 1, CFG scale: 7",
        "a cat\nSteps: 1, " * 9 + "\n" + SAMPLER,
    ],
)
def test_it_is_known_by_parameters(text: str) -> None:
    assert text_family(text) == "Stable Diffusion web UI"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "Steps: 20",
        "Steps: many, Sampler: choir",
        "a cat\nSteps: 4, Seed: 1",
        "three Steps: 20, Sampler: Euler",
        "a cat\n" + "Steps: 1, " * 40 + " " * 3000 + SAMPLER.removeprefix("Steps: 20, "),
        " " * LONGEST_TEXT + "\n" + SAMPLER,
        "Job ID: 7",
        '{"aigc_info": {"aigc_label_type": 0}}',
        '{"software": "Photoshop"}',
        '{"prompt": "?", "seed": 1}',
    ],
)
def test_it_is_nobodys_otherwise(text: str) -> None:
    assert text_family(text) == ""


def test_a_description_ends_with_the_number_of_a_job() -> None:
    job = "Job ID: 3F2B8C1E-90ab-4cde-8f01-23456789abcd"

    assert description_family("x" * LONGEST_TEXT + f" --v 7.0 {job}\n") == "Midjourney"
    assert description_family(f"Print order 4411, {job}, two copies") == ""
    assert description_family(f"a cat\n{SAMPLER}") == "Stable Diffusion web UI"
    assert text_family(job) == ""


def test_a_signature_needs_both_of_its_fields() -> None:
    signature, number = "Signature: " + "QUJD" * 20, "3F2B8C1E-90ab-4cde-8f01-23456789abcd"

    assert is_grok_signature(signature, number)
    assert not is_grok_signature(signature, "Jane Doe")
    assert not is_grok_signature("Signature: Jane", number)
    assert not is_grok_signature("", "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_it_is_looked_for_in_any_text_without_raising(text: str) -> None:
    assert text_family(text) == ""
