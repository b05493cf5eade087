"""The name of a program …"""

from __future__ import annotations

import pytest

from marking.verification.generators.programs import (
    COMMON_WORDS,
    CREDITS,
    DENIALS,
    PROGRAM_NAMES,
    credit_family,
    is_denial,
    program_family,
)


@pytest.mark.parametrize("name", PROGRAM_NAMES)
def test_it_names_a_family_in_any_case_and_beside_a_version(name: str) -> None:
    family = program_family(name)

    assert family in PROGRAM_NAMES.values()
    assert program_family(f"{name.upper()} 7.1 (Windows)") == family


@pytest.mark.parametrize(
    "program", ["", "Adobe Photoshop 25 (Windows)", "Kreativ", "Midjourneyed", "Editor de imagen", "x" * 300 + "Midjourney"]
)  # fmt: skip
def test_any_other_names_none(program: str) -> None:
    assert program_family(program) == ""


@pytest.mark.parametrize(
    "program",
    [
        "Ideogram Font Viewer 2",
        "Adobe Photoshop 25.0 (not Adobe Firefly)",
        "Viewer for ComfyUI",
        "Recraft Furniture Designer",
        "豆包菜谱",
    ],
)
def test_one_that_only_contains_it_names_none(program: str) -> None:
    assert program_family(program) == ""


@pytest.mark.parametrize(
    ("program", "family"),
    [
        ("Ideogram", "Ideogram"),
        ("Ideogram v2 Turbo", "Ideogram"),
        ("ideogram.ai", "Ideogram"),
        ("Recraft AI", "Recraft"),
        ("豆包AI", "Doubao"),
        ("Stable Diffusion XL", "Stable Diffusion"),
        ("Generated with Midjourney", "Midjourney"),
        ("Google Nano Banana Pro", "Gemini"),
        ("Adobe Photoshop 27.0\nAdobe Firefly 3", "Adobe Firefly"),
    ],
)
def test_it_begins_a_line_alone_or_behind_its_makers_words(program: str, family: str) -> None:
    assert program_family(program) == family


@pytest.mark.parametrize(
    "text", ["none", "N/A", "No", "-", " None. ", "n.a.", "无", "none\nNone", "Not applicable"]
)
def test_it_may_be_left_out_in_words(text: str) -> None:
    assert is_denial(text)
    assert not is_denial(f"{text} but Midjourney")


def test_the_table_is_in_lower_case() -> None:
    assert all(name == name.casefold() for name in (*PROGRAM_NAMES, *COMMON_WORDS, *DENIALS))
    assert PROGRAM_NAMES.keys() >= COMMON_WORDS


@pytest.mark.parametrize(
    ("credit", "family"),
    [
        ("Made with Google AI", "Google AI"),
        (" EDITED WITH GOOGLE AI ", "Google AI"),
        ("Made by Google AI", "Google AI"),
        ("Imagined with AI", "Meta AI"),
        ("Apple Photos Generative Edit", "Apple Photos"),
        ("Reimagined with AI", ""),
        ("Not made with Google AI", ""),
        ("Midjourney", ""),
        ("", ""),
    ],
)
def test_in_a_credit_line_only_whole_phrases_count(credit: str, family: str) -> None:
    assert credit_family(credit) == family
    assert family in ("", *(each for _, each in CREDITS))
