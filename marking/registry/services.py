"""Entering a released work into the registry."""

from __future__ import annotations

from django.db import transaction

from marking.registry import index, parts
from marking.registry.models import Registration, Variant


def register(
    *,
    number: int,
    sha256: str,
    fingerprint: bytes,
    is_distinctive: bool,
    layout: bytes,
    width: int,
    height: int,
    features: bytes = b"",
) -> Registration:
    """Make work ``number`` findable by payload, exact hash and likeness of the whole or a part, and comparable by its layout.

    ``fingerprint`` has 32 bytes, ``layout`` 1024, ``features`` are packed; sides are pixels of the released file. Call it in
    the releasing transaction.
    """
    registration = Registration.objects.create(
        work_id=number,
        payload=number,
        sha256=sha256,
        fingerprint=fingerprint,
        is_distinctive=is_distinctive,
        layout=layout,
        width=width,
        height=height,
        features=features,
    )
    transaction.on_commit(lambda: _index(number), robust=True)
    return registration


def register_variant(
    *, number: int, sha256: str, fingerprint: bytes, is_distinctive: bool, layout: bytes
) -> Variant:
    """Make a copy of work ``number`` without its visible label findable by its hash, and comparable.

    Lengths as in :func:`register`. A second call changes nothing. Call it in the transaction that lets the copy go out.
    """
    described = {"fingerprint": fingerprint, "is_distinctive": is_distinctive, "layout": layout}
    variant, _ = Variant.objects.get_or_create(registration_id=number, sha256=sha256, defaults=described)
    transaction.on_commit(lambda: _index(number), robust=True)
    return variant


def _index(number: int) -> None:
    """Let the indexes take in what is committed, so that nobody who looks something up has to wait for that."""
    index.current().add(number)
    parts.current().add()
