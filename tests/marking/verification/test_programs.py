"""The name of a program …"""

from __future__ import annotations

import pytest

from marking.verification.programs import CREDITS, PROGRAM_NAMES, credit_family, program_family


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


def test_the_table_is_in_lower_case() -> None:
    assert all(name == name.casefold() for name in PROGRAM_NAMES)


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
