from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.canonical import canonical, parse
from accounts.records.entry import (
    GENESIS,
    LARGEST_ENTRY,
    Entry,
    EntryInvalid,
    chain_hash,
    commitment,
    leaf_hash,
)

ENTRY = Entry(
    sequence=1,
    event_id=UUID(int=1),
    kind="work.released",
    at=datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC),
    actor="0123456789AB",
    subject="work:8Z0K3ABCDE",
    person=None,
    commitment=bytes(range(32)),
    previous=GENESIS,
)
FROZEN = (
    b'{"actor":"0123456789AB","at":"2026-03-01T12:00:00.000005Z",'
    b'"commitment":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
    b'"id":"00000000-0000-0000-0000-000000000001","kind":"work.released","person":null,'
    b'"previous":"0000000000000000000000000000000000000000000000000000000000000000",'
    b'"seq":1,"subject":"work:8Z0K3ABCDE","v":1}'
)


def test_it_writes_the_frozen_form() -> None:
    assert ENTRY.to_bytes() == FROZEN


def test_it_hashes_to_the_frozen_vectors() -> None:
    leaf = leaf_hash(FROZEN)

    assert leaf == sha256(b"\x00" + FROZEN).digest()
    assert chain_hash(GENESIS, leaf) == sha256(GENESIS + leaf).digest()
    assert commitment(b"s" * 32, b"{}") == sha256(b"\x02" + b"s" * 32 + b"{}").digest()


def test_it_hashes_the_empty_leaf_as_certificate_transparency_does() -> None:
    # The leaf hash of the empty entry, published with the reference code of RFC 6962.
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_it_reads_back_what_it_wrote() -> None:
    sealed = replace(ENTRY, actor="system", person="0123456789AB")

    assert Entry.from_bytes(FROZEN) == ENTRY
    assert Entry.from_bytes(sealed.to_bytes()) == sealed


def test_it_writes_every_time_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))

    assert replace(ENTRY, at=ENTRY.at.astimezone(shanghai)).to_bytes() == FROZEN


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": 0},
        {"kind": "released"},
        {"kind": "work." + "x" * 48},
        {"subject": "ada@example.com"},
        {"subject": "user:" + "1" * 48},
        {"actor": "ada@example.com"},
        {"actor": None},
        {"person": "Ada"},
        {"person": "system"},
    ],
)
def test_it_refuses_what_does_not_belong_into_the_log(wrong: dict[str, object]) -> None:
    with pytest.raises(EntryInvalid, match=next(iter(wrong)).replace("sequence", "seq")):
        replace(ENTRY, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b',"v":1', b',"v":1,"w":1'),
        (b'"seq":1', b'"seq":"1"'),
        (b'"seq":1', b'"seq":true'),
        (b'"person":null,', b""),
        (b"000102", b"00010"),
        (b"000102", b"00010G"),
        (b"1a1b", b"1A1B"),
        (b".000005Z", b".5Z"),
        (b".000005Z", b",000005Z"),
        (b".000005Z", b".000005+00:00"),
        (b".000005Z", b".000005"),
        (b"03-01T12", b"03-01 12"),
        (b"2026-03-01", b"2026-W09-7"),
        (b"2026-03", b"2026-13"),
        (b"0001-0", b"00010"),
        (b"00000000-0000-0000-0000-000000000001", b"000000000000-0000-0000-000000000001-"),
        (b'"person":null', b'"person":7'),
    ],
)
def test_it_refuses_to_read_another_form(old: bytes, new: bytes) -> None:
    altered = FROZEN.replace(old, new)
    assert altered != FROZEN or old == b"0001-0"

    with pytest.raises(EntryInvalid):
        Entry.from_bytes(altered if altered != FROZEN else FROZEN[:-1])


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"1", b" " * (LARGEST_ENTRY + 1)])
def test_it_refuses_what_is_no_entry(data: bytes) -> None:
    with pytest.raises(EntryInvalid):
        Entry.from_bytes(data)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 2**53 - 1),
    st.uuids(),
    st.from_regex(r"[a-z_]{1,8}\.[a-z_]{1,8}", fullmatch=True),
    st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # Hypothesis wants it naive
    st.one_of(st.none(), st.from_regex(r"[0-9A-Z]{1,32}", fullmatch=True)),
    st.binary(min_size=32, max_size=32),
)
def test_what_it_writes_is_canonical(
    sequence: int, event_id: UUID, kind: str, at: datetime, person: str | None, octets: bytes
) -> None:
    entry = Entry(
        sequence, event_id, kind, at, person or "system", "work:8Z0K3", person, octets, octets[::-1]
    )
    assert canonical(parse(entry.to_bytes())) == entry.to_bytes()
    assert Entry.from_bytes(entry.to_bytes()) == entry
