from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.models import Record
from accounts.records.open_bodies import PointsAtSomebody, points_at_somebody, require_open, said_openly
from accounts.users.models import User

Write = Callable[..., Record]
POINTING = [
    "ada@example.com",
    "11010519491231002X",
    "11010519491231002x",
    "13800138000",
    "call 13800138000, please",
]


@pytest.mark.parametrize("text", POINTING)
def test_a_body_about_nobody_holds_no_address_and_no_number(write: Write, user: User, text: str) -> None:
    for body in ({"said": text}, {"deep": [{"er": text}]}, {"names": {text: 1}}):
        with pytest.raises(PointsAtSomebody, match="expected nobody's address") as refused:
            write(body=body)
        assert text not in str(refused.value)
        write(body=body, person=user)  # sealed for somebody it may
    assert said_openly(text).startswith("sha256:")


@given(
    st.one_of(
        st.uuids().map(str), st.binary(min_size=32, max_size=32).map(bytes.hex), st.datetimes().map(str)
    )
)
@settings(max_examples=200, deadline=None)
def test_references_hashes_and_times_point_at_nobody(text: str) -> None:
    assert not points_at_somebody(text)
    assert said_openly(text) == text
    require_open({"said": [text, None, 3, True]})
