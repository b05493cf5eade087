from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.elevation.bases import LegalBasis
from accounts.elevation.document import Asked, DocumentInvalid, challenge, read, write
from accounts.elevation.keeper import Field

ASKED = Asked(
    reference=UUID(int=7),
    asker="ASKER0000000",
    persons=("PERSON000000",),
    fields=frozenset({Field.NAME}),
    about="work:8Z0K3ABCDE",
    basis=LegalBasis.COURT,
    reason="The court ordered it.",
    document_sha256="0" * 64,
    minutes=15,
    gag_until=None,
    gag_reason="",
    asked_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    opens_before=datetime(2026, 3, 2, 12, tzinfo=UTC),
)

requests = some.builds(
    Asked,
    reference=some.uuids(),
    persons=some.lists(some.text("0123456789ABC", min_size=1), min_size=1, unique=True).map(
        lambda ids: tuple(sorted(ids))
    ),
    fields=some.frozensets(some.sampled_from(Field)),
    minutes=some.integers(1, 60),
    gag_until=some.none() | some.dates(),
    asked_at=some.datetimes(timezones=some.just(UTC)),
    opens_before=some.datetimes(timezones=some.just(UTC)),
    reason=some.text(some.characters(exclude_categories=["Cs"])),
    gag_reason=some.just(""),
    about=some.just(""),
    asker=some.just("A"),
    document_sha256=some.just("0" * 64),
)


@given(requests)
@settings(max_examples=40, deadline=None)
def test_what_is_written_reads_back(asked: Asked) -> None:
    assert read(write(asked)) == asked


@pytest.mark.parametrize(
    "change",
    [
        {"fields": frozenset({Field.NAME, Field.NUMBER})},
        {"persons": ("OTHER0000000",)},
        {"minutes": 16},
        {"gag_until": date(2026, 4, 1)},
        {"asker": "OTHER0000000"},
        {"opens_before": datetime(2026, 3, 3, tzinfo=UTC)},
        {"reference": UUID(int=8)},
        {"document_sha256": "1" * 64},
    ],
)
def test_another_request_is_another_challenge(change: dict[str, object]) -> None:
    other = replace(ASKED, **change)  # type: ignore[arg-type]
    nonce = bytes(32)
    assert challenge(nonce=nonce, text="t", document=write(other)) != challenge(
        nonce=nonce, text="t", document=write(ASKED)
    )


def test_another_text_or_nonce_is_another_challenge() -> None:
    document = write(ASKED)
    made = {
        challenge(nonce=bytes(32), text="t", document=document),
        challenge(nonce=bytes(32), text="u", document=document),
        challenge(nonce=b"\1" * 32, text="t", document=document),
    }
    assert len(made) == 3


def test_a_nonce_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="found 31"):
        challenge(nonce=bytes(31), text="", document=b"")


@pytest.mark.parametrize(
    ("found", "written"),
    [
        (b'"name"', b'"age"'),
        (b'"court"', b'"whim"'),
        (b'"minutes":15', b'"minutes":true'),
        (b'"minutes":15', b'"minutes":"15"'),
        (b'["PERSON000000"]', b'"PERSON000000"'),
        (b'["PERSON000000"]', b"[7]"),
        (b'"asker":"ASKER0000000"', b'"asker":null'),
        (b'"gag_until":null', b'"gag_until":"soon"'),
        (b"2026-03-01T12:00:00+00:00", b"2026-03-01T12:00:00Z"),
        (b"{", b" {"),
    ],
)
def test_any_other_document_is_refused(found: bytes, written: bytes) -> None:
    document = write(ASKED)
    assert found in document
    with pytest.raises(DocumentInvalid):
        read(document.replace(found, written, 1))


@pytest.mark.parametrize("document", [b"", b"[]", b"7", b"null", b"{}", b"\xff"])
def test_what_is_no_object_is_no_document(document: bytes) -> None:
    with pytest.raises(DocumentInvalid):
        read(document)
