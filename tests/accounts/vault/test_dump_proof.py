"""Who copies every database, every file and every log line, and holds no key, finds nobody.

Not even where people lived here: with works of one another, and the consents and receipts for them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.identity import services
from accounts.identity.documents import DocumentType, check_character
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.manual import ManualProvider
from accounts.users.models import User
from consent.contacts.services import contact_for
from consent.receipts.models import Receipt
from tests.accounts.vault.shown_people import copied, portray, settle

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, WINDOW = 50, 6
KEY_FILES = {"keys.json", "vault-opening.keys", "credential-development.pem"}
PAIR = (10, 11)
"""The places of two whom staff accepted: they make pictures of one another (:mod:`tests.accounts.vault.shown_people`)."""
KINDS_OF_FILES = {"originals", "marked", "previews", "references"}
SURNAMES, GIVEN = "欧阳上官司马诸葛端木", "娜晓梅林婷伟强芳敏静"


def _person(place: int) -> tuple[str, str, str]:
    """A name of four characters, a number and a phone that occur nowhere else."""
    surname = SURNAMES[place % 5 * 2 :][:2]
    name = f"{surname}{GIVEN[place // 5]}{GIVEN[(place * 7 + 3) % 10]}"
    digits = f"1101051987{place % 12 + 1:02d}{place % 28 + 1:02d}{place + 711:03d}"
    return name, digits + check_character(digits), f"1397{place * 7919 % 10**7:07d}"


def forms(value: str) -> Iterator[bytes]:
    """``value`` in every way that a careless program would store it."""
    plain = value.encode()
    for text in (
        value,
        value[::-1],
        value.lower(),
        quote(value),
        json.dumps(value)[1:-1],
        plain.hex(),
        plain.hex().upper(),
    ):
        yield text.encode()
    yield from (value.encode("utf-16-le"), value.encode("utf-16-be"), value.encode("gb18030"))
    yield from _in_base64(plain)
    for algorithm in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        digest = algorithm(plain)
        yield from (digest.digest(), digest.hexdigest().encode(), digest.hexdigest().upper().encode())
        yield base64.b64encode(digest.digest()).rstrip(b"=")
        yield base64.urlsafe_b64encode(digest.digest()).rstrip(b"=")


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """What of ``plain`` shows in the base64 of something longer, at each of the three places it can start from."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        first, last = (0, 2, 3)[before], len(encoded) - 4 if (len(plain) + before) % 3 else len(encoded)
        yield encoded[first:last]
        yield encoded[first:last].translate(bytes.maketrans(b"+/", b"-_"))


def found(planted: list[str], dump: bytes) -> set[str]:
    """Which of the ``planted`` values the ``dump`` shows. Every form has ``WINDOW`` bytes at least."""
    by_start: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
    for value in planted:
        for form in forms(value):
            by_start[form[:WINDOW]].append((form, value))
    return {
        value
        for place in _places(dump, list(by_start))
        for form, value in by_start[dump[place : place + WINDOW]]
        if dump.startswith(form, place)
    }


def _places(dump: bytes, starts: list[bytes]) -> Iterator[int]:
    """Where one of ``starts`` begins: all windows of the dump at once, since there are thousands of forms."""
    octets = np.frombuffer(dump, np.uint8).astype(np.uint64)
    count = len(octets) - WINDOW + 1
    windows = sum(octets[place : place + count] << np.uint64(8 * place) for place in range(WINDOW))
    wanted = np.array([int.from_bytes(start, "little") for start in starts], np.uint64)
    yield from np.flatnonzero(np.isin(windows, wanted)).tolist()


def dump(log: str) -> bytes:
    """All that is kept, but for the keys: every row, every file of the data folder, every log line."""
    rows = b"\n".join(_rows())
    files = b"\n".join(_files(settings.DATA))
    return rows + files + log.encode()


def _rows() -> Iterator[bytes]:
    for alias in ("default", "vault"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                for row in cursor.fetchall():
                    yield from (
                        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
                    )


def _files(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in KEY_FILES and "static" not in path.parts:
            yield path.read_bytes()


@pytest.fixture
def planted(staff_user: User, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Fifty people: forty accepted by staff, five vouched for, one by the page, and the rest waiting, given up or turned down."""
    caplog.set_level(logging.DEBUG)
    people = [_person(place) for place in range(PEOPLE)]
    assert len({value for person in people for value in person}) == 3 * PEOPLE
    for place, person in enumerate(people):
        _live(place, person, staff_user)
    return [value for person in people for value in person]


def _live(place: int, person: tuple[str, str, str], staff: User) -> None:
    name, number, phone = person
    user = User.objects.create_user(f"planted{place}@example.com", "correct horse battery")
    facts = {"document_type": DocumentType.RESIDENT_ID, "name": name, "number": number, "phone": phone}
    if place < 5:
        services.vouch(by=None, user=user, **facts)  # type: ignore[arg-type]
        return
    if place == 5:
        _use_the_page(user, name, number)
        return
    claim = services.submit_claim(by=user, provider=ManualProvider(), **facts)  # type: ignore[arg-type]
    _decide(place, claim, staff)


def _decide(place: int, claim: IdentityClaim, staff: User) -> None:
    ends: dict[int, Callable[[], object]] = {
        6: lambda: services.reveal(by=staff, claim=claim),
        7: lambda: services.reject(by=staff, claim=claim, reason="Unreadable"),
        8: lambda: services.withdraw(by=claim.user),
        9: lambda: services.erase(by=None, user=claim.user),
    }
    ends.get(place, lambda: services.approve(by=staff, claim=claim))()


def _use_the_page(user: User, name: str, number: str) -> None:
    client, address = Client(), reverse("identity:page")
    client.force_login(user)
    form = {"document_type": "resident_id", "name": name, "number": number}
    assert client.post(address, {**form, "number": number[:-1]}).status_code in {200, 302}
    assert client.post(address, form, follow=True).status_code == 200


def test_a_dump_without_keys_shows_none_of_fifty_identities(
    planted: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert IdentityClaim.objects.filter(state="verified").count() == 45
    everything = dump(caplog.text)
    assert len(everything) > 100_000
    assert found(planted, everything) == set()


def test_nor_do_the_files_and_consents_of_two_who_made_pictures_of_one_another(
    planted: list[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Originals, marked files, previews and receipts; requests that name a person; a copy of their data that holds a name."""
    pair = [User.objects.get(email=f"planted{place}@example.com") for place in PAIR]
    names, passkeys = [_person(place)[0] for place in PAIR], [settle(user) for user in pair]
    works = [
        portray(pair[0], pair[1], names[1], passkeys[1], tmp_path),
        portray(pair[1], pair[0], names[0], passkeys[0], tmp_path),
    ]
    assert [work.state for work in works] == ["released", "released"]
    receipts = Receipt.objects.filter(grant__person__in=pair)
    assert receipts.values("grant", "side").distinct().count() == 4
    with zipfile.ZipFile(copied(User.objects.get(email="planted6@example.com"))) as read_by_themselves:
        assert _person(6)[0] in read_by_themselves.read("identity/claims.json").decode()

    everything = dump(caplog.text)
    files = [path for work in works for path in settings.FILES.rglob(f"*{work.code}*")]
    assert {path.relative_to(settings.FILES).parts[0] for path in files} >= KINDS_OF_FILES
    assert all(path.read_bytes() in everything for path in files)
    assert found(planted, everything) == set()


@pytest.mark.parametrize("way", ["row", "file", "log", "sha256", "base64"])
def test_the_same_search_finds_what_lies_open(way: str, caplog: pytest.LogCaptureFixture, user: User) -> None:
    """The control: one of the fifty, kept carelessly."""
    (name, number, phone), log = _person(17), ""
    contact_for("somebody@example.com")
    if way == "row":
        User.objects.filter(pk=user.pk).update(email=f"{number}@example.com")
    elif way == "file":
        default_storage.save("scan.txt", ContentFile(f"…{name}…".encode("utf-16-le")))
    elif way == "log":
        log = f"claim of {quote(name)}"
    elif way == "sha256":
        log = hashlib.sha256(number.encode()).hexdigest()
    else:
        log = base64.b64encode(f"phone={phone};".encode()).decode()
    assert len(found([name, number, phone], dump(log))) == 1
    if way == "file":
        default_storage.delete("scan.txt")
