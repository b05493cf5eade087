"""The states of a version of a refutation, and of what it may be attached to. Pure."""

from __future__ import annotations

from enum import StrEnum


class VersionState(StrEnum):
    """Pure values; the database constraints name the same words."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """Why a note is on a work: it was written about it, or somebody of the staff saw that it tells the same."""

    WRITTEN = "written"
    NEAR_COPY = "near_copy"
