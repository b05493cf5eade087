"""What whoever uploaded a picture may say of a face that was found in it. Pure."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """Whose face it is; the database constraints name the same words."""

    REAL_PERSON = "real_person"
    SYNTHETIC = "synthetic"
    NOT_A_FACE = "not_a_face"
