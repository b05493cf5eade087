"""What an uploader declares, and what it says of faces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.faces import Answer
from marking.works.declaration import Declaration, Depicts, Kind


def _declared(depicts: Depicts, *, is_synthetic: bool = False) -> Declaration:
    return Declaration("T", "", Kind.FACE, depicts, faces_are_synthetic=is_synthetic)


@pytest.mark.parametrize(
    ("depicts", "with_face"),
    [
        (Depicts.NOBODY, Depicts.FACE),
        (Depicts.FACE, Depicts.FACE),
        (Depicts.VOICE, Depicts.FACE_AND_VOICE),
        (Depicts.FACE_AND_VOICE, Depicts.FACE_AND_VOICE),
    ],
)
def test_it_adds_a_face_to_what_is_depicted(depicts: Depicts, with_face: Depicts) -> None:
    assert depicts.with_face() is with_face
    assert with_face.has_face
    assert with_face.needs_consent


@pytest.mark.parametrize("depicts", list(Depicts))
def test_it_contradicts_itself_where_a_real_face_is_synthetic(depicts: Depicts) -> None:
    assert _declared(depicts, is_synthetic=True).contradicts_itself is depicts.has_face
    assert not _declared(depicts).contradicts_itself


@given(st.integers(1, 200), st.sampled_from(Depicts))
@settings(max_examples=40, deadline=None)
def test_it_answers_for_one_declared_face_alone(found: int, depicts: Depicts) -> None:
    said = _declared(depicts).says_of_each(found)
    assert said is (Answer.REAL_PERSON if depicts.has_face and found == 1 else None)


@given(st.integers(1, 200), st.sampled_from([Depicts.NOBODY, Depicts.VOICE]))
@settings(max_examples=20, deadline=None)
def test_it_answers_for_all_where_all_are_synthetic(found: int, depicts: Depicts) -> None:
    assert _declared(depicts, is_synthetic=True).says_of_each(found) is Answer.SYNTHETIC
