"""Registered works without files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.users.models import User
from marking.registry.models import Registration
from marking.works.models import Work

Register = Callable[..., Registration]


@pytest.fixture
def enter(user: User) -> Register:
    """Register a work: ``enter(number, fingerprint, state="queued", features=b"")``."""

    def create(
        number: int, fingerprint: bytes, state: str = "queued", features: bytes = b"", **fields: object
    ) -> Registration:
        work = Work.objects.create(
            number=number, owner=user, state=state, tool="t", kind="content", depicts="nobody",
            source_name="n", source_path="p", source_sha256="0" * 64, source_bytes=1, media_type="image/png",
            width=8, height=8, **fields,
        )  # fmt: skip
        return Registration.objects.create(
            work=work, payload=number, sha256="a" * 64, fingerprint=fingerprint, is_distinctive=any(fingerprint),
            layout=bytes(1024), width=8, height=8, features=features,
        )  # fmt: skip

    return create
