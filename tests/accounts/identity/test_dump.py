from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from accounts.identity import services
from accounts.identity.documents import DocumentType
from accounts.users.models import User

from .asked import taken_at_word

NAME, NUMBER = "Marguerite-Yourcenar", "11010519491231002X"


def _forms(secret: str) -> Iterator[bytes]:
    """The secret in every form that somebody might grep a dump for."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        encoded = secret.encode(encoding)
        yield from (encoded, encoded.hex().encode(), encoded.hex().upper().encode())
        # Base64 of a longer text holds one of three shifted forms; their inner part does not depend on neighbours.
        for shift in range(3):
            yield base64.b64encode(b"\x00" * shift + encoded)[4:-4]
    for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        hashed = digest(secret.encode()).digest()
        yield from (hashed, hashed.hex().encode(), base64.b64encode(hashed))


def _dump() -> bytes:
    """All bytes of the SQLite database, its write-ahead log among them."""
    file = Path(connection.settings_dict["NAME"])
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


@pytest.mark.django_db(transaction=True)
def test_it_shows_neither_name_nor_number_in_a_dump(user: User, other_user: User, staff_user: User) -> None:
    if connection.vendor != "sqlite":
        return  # the columns are the same; only the embedded database is one file to search
    facts = {"document_type": DocumentType.RESIDENT_ID, "name": NAME, "number": NUMBER}
    verified = taken_at_word(user, **facts)
    refused = services.submit_claim(by=other_user, **facts)
    services.reveal(by=staff_user, claim=refused)
    services.reject(by=staff_user, claim=refused, reason="Taken")

    dump = _dump()

    assert str(verified.reference.hex).encode() in dump  # the search looks at the right bytes
    for secret in (NAME, NUMBER, NUMBER.lower(), NUMBER[:17]):
        assert [form for form in _forms(secret) if form in dump] == []
