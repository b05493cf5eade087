"""What is wrong with a field …"""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from accounts.api.invalid_fields import SENTENCES, sentence_of


class Size(Enum):
    SMALL = "small"


class Form(BaseModel):
    text: str = Field("", min_length=2, max_length=3)
    word: Literal["a", "b", "c"] = "a"
    size: Size = Size.SMALL
    number: int = Field(1, ge=1, le=9)
    share: float = 0.0
    flag: bool = False
    day: complex = 0j


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("text", 5, "Text was expected."),
        ("text", "a", "At least 2 characters were expected."),
        ("text", "four", "At most 3 characters were expected."),
        ("word", "d", "One of these was expected: 'a', 'b', 'c'."),
        ("size", "large", "One of these was expected: 'small'."),
        ("number", [], "A whole number was expected."),
        ("number", "x", "A whole number was expected."),
        ("number", 1.5, "A whole number was expected."),
        ("number", 0, "At least 1 was expected."),
        ("number", 10, "At most 9 was expected."),
        ("share", [], "A number was expected."),
        ("share", "x", "A number was expected."),
        ("flag", [], "true or false was expected."),
        ("flag", "x", "true or false was expected."),
    ],
)
def test_is_said_in_a_sentence_of_ours(field: str, value: Any, sentence: str) -> None:
    error = error_of(field, value)
    assert error["type"] in SENTENCES
    assert sentence_of(error) == sentence


def test_is_said_in_other_words_where_there_is_no_sentence() -> None:
    error = error_of("day", "x")
    assert sentence_of(error) == error["msg"]


def test_a_missing_field_is_named_as_that() -> None:
    assert sentence_of({"type": "missing", "msg": "Field required"}) == "This field is missing."


def error_of(field: str, value: Any) -> Any:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate({field: value})
    return caught.value.errors()[0]
