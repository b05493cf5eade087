from __future__ import annotations

import base64
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.identity import keeping
from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.identity.queries import claim_for_review, queue
from accounts.leaving import sweeping, tasks
from accounts.notices.models import Notice, OutgoingMail
from accounts.own_data import sealed_files
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.records.verify import verify
from accounts.refusals import Refusal
from accounts.retention import holds
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import cancel_deletion, request_deletion
from accounts.vault.fields import Field
from accounts.vault.keeper import open_row
from accounts.vault.models import PersonKey
from accounts.vault.rotation import key_tables
from accounts.vault.sealing import Erased, is_erased
from accounts.vault.store.models import SealedIdentity
from tests.accounts.retention.conftest import PAPER

NAME, NUMBER = "Ada Lovelace", "11010519491231002X"


@pytest.fixture
def leaving(verified_user: User) -> User:
    return request_deletion(by=verified_user)


def day(user: User) -> Any:
    assert user.deletion_requested_at is not None
    return user.deletion_requested_at + RETENTION


def test_one_account_that_cannot_be_erased_keeps_no_other_from_it(
    leaving: User, other_user: User, caplog: pytest.LogCaptureFixture
) -> None:
    PersonKey.objects.filter(user=leaving).update(wrapped=b"not a key")
    now = day(request_deletion(by=other_user))
    assert sweeping.sweep(now=now) == 1
    assert not is_erased(leaving)
    assert is_erased(other_user)
    assert leaving.producer_id in caplog.text


def test_the_day_is_promised_recorded_shown_and_mailed(client: Client, leaving: User) -> None:
    promised: Any = body_of(Record.objects.get(kind="account.deletion_requested"))
    assert promised["promised"] == day(leaving).isoformat()
    assert Notice.objects.filter(user=leaving, kind="account.deletion_promised").count() == 1
    assert OutgoingMail.objects.filter(template="deletion_promised").count() == 1
    client.force_login(leaving)
    asked = client.get(reverse("me:delete_account"))["Location"]
    client.post(asked, {"password": "correct horse battery"})
    page = client.get(reverse("me:delete_account"), headers={"accept-language": "en"}).content.decode()
    assert f"On {timezone.localdate(day(leaving)).isoformat()} it is erased" in page


def test_it_is_kept_on_that_day_and_not_before(leaving: User) -> None:
    assert sweeping.sweep(now=day(leaving) - timedelta(seconds=1)) == 0
    assert sweeping.sweep(now=day(leaving)) == 1
    assert is_erased(leaving)
    said: Any = body_of(Record.objects.get(kind="account.erased"))
    assert said["promised"] == day(leaving).isoformat()
    assert sweeping.sweep(now=day(leaving)) == 0
    findings = verify(is_deep=True)
    assert findings.is_intact
    assert findings.erased > 0


def test_who_takes_the_request_back_stays(leaving: User) -> None:
    cancel_deletion(by=leaving)
    tasks.erase_due()
    assert sweeping.sweep(now=timezone.now() + 2 * RETENTION) == 0


def test_a_hold_postpones_it_and_the_person_is_told_once(
    leaving: User, staff_user: User, operator: User
) -> None:
    at = day(leaving)
    facts = {"subject": f"user:{leaving.producer_id}", "case": "2026-1", "document_sha256": PAPER}
    hold = holds.propose(by=staff_user, now=at, **facts)
    holds.confirm(by=operator, hold=hold, now=at)
    for _ in range(2):
        assert sweeping.sweep(now=at) == 0
    assert Notice.objects.filter(user=leaving, kind="account.erasure_postponed").count() == 1
    with pytest.raises(Refusal, match="proceedings"):
        erase_account(by=None, user=leaving, now=at)
    holds.ask_to_lift(by=staff_user, hold=hold, now=at)
    holds.lift(by=operator, hold=hold, now=at)
    assert sweeping.sweep(now=at) == 1


def test_staff_reads_nothing_from_the_day_of_the_request(user: User, staff_user: User) -> None:
    claim = identity.submit_claim(by=user, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBER)
    assert queue().count() == 1
    request_deletion(by=user)
    claim.refresh_from_db()
    claim.user.refresh_from_db()
    assert queue().count() == 0
    with pytest.raises(Refusal, match="nobody reads it"):
        identity.reveal(by=staff_user, claim=claim)
    with pytest.raises(Exception, match="no identity claim"):
        claim_for_review(claim.pk)


def test_nothing_that_was_sealed_can_be_read_from_what_is_left_or_from_old_backups(
    verified_user: User,
) -> None:
    """The rule of backups (docs/operating.md): tables of keys lie in the one that is overwritten within 30 days, and in no other."""
    sealed_files.store("copies/planted", verified_user, BytesIO(f"{NAME} {NUMBER}".encode()), BytesIO())
    backup = [*dumped(without=key_tables()), *media()]
    requested = request_deletion(by=verified_user)
    assert any(opened_with(keys(), blob) for blob in blobs(backup))  # while the key stands, it opens
    sweeping.sweep(now=day(requested))

    left = [*dumped(), *backup, *media()]
    for planted in (NAME, NUMBER):
        for spelling in spellings(planted):
            assert [each[:80] for each in left if spelling in each] == [], spelling
    assert PersonKey.objects.get(user=verified_user).wrapped is None
    known = keys()
    assert not any(
        any(word.encode() in opened_with(known, blob) for word in (NAME, NUMBER)) for blob in blobs(left)
    )


@pytest.mark.usefixtures("keeper")
def test_nor_from_the_vault_but_for_its_backups_of_the_last_30_days(verified_user: User) -> None:
    """Rows of the vault carry their keys: their backups are overwritten as the key backup is (docs/operating.md)."""
    (old,) = SealedIdentity.objects.all()
    requested = request_deletion(by=verified_user)
    sweeping.sweep(now=day(requested))
    keeping.forget(now=day(requested))

    assert open_row(old)[Field.NAME] == NAME  # why there is that rule
    (left,) = SealedIdentity.objects.all()
    assert left.wrapped_key is None
    with pytest.raises(Erased):
        open_row(left)
    cells = [*vault_cells(), *dumped(), *media()]
    for key in (bytes(old.wrapped_key or b""), bytes(old.sealed_name), bytes(old.sealed_number)):
        assert key
        assert not any(key in cell for cell in cells)


def vault_cells() -> list[bytes]:
    """Every cell of the vault."""
    rows = SealedIdentity.objects.values_list()
    return [as_bytes(cell) for row in rows for cell in row if cell is not None]


def dumped(without: Collection[str] = ()) -> list[bytes]:
    """Every cell of the database but for some tables, as a backup keeps it."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in without]
        found: list[bytes] = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # names from the schema itself
            found += [as_bytes(cell) for row in cursor.fetchall() for cell in row if cell is not None]
    return found


def as_bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def media(folder: str = "") -> Iterator[bytes]:
    """Every stored file."""
    folders, names = default_storage.listdir(folder) if default_storage.exists(folder) else ([], [])
    for name in names:
        with default_storage.open(f"{folder}{name}") as file:
            yield file.read()
    for name in folders:
        yield from media(f"{folder}{name}/")


def spellings(text: str) -> set[bytes]:
    plain = text.encode()
    return {plain, base64.b64encode(plain), plain.hex().encode(), plain.lower(), text.encode("utf-16-le")}


def keys() -> list[bytes]:
    """Every key that the installation still has: the persons' that stand, and its own."""
    master = MultiFernet([Fernet(key) for key in settings.KEYS.vault_keys])
    standing = PersonKey.objects.filter(wrapped__isnull=False).values_list("wrapped", flat=True)
    found = [master.decrypt(bytes(each)) for each in standing]
    return [*found, bytes.fromhex(settings.KEYS.blind_index_key)]


def blobs(cells: list[bytes]) -> list[bytes]:
    return [each for each in cells if len(each) > 28]


def opened_with(known: list[bytes], blob: bytes) -> bytes:
    """What any key opens of ``blob`` in any of the places in which things are sealed; empty where none does."""
    found = b""
    for key, place in product(known, places()):
        try:
            found += AESGCM(key).decrypt(blob[:12], blob[12:], place)
        except InvalidTag:
            continue
    with suppress(InvalidToken):
        found += MultiFernet([Fernet(key) for key in settings.KEYS.vault_keys]).decrypt(blob)
    return found


def places() -> list[bytes]:
    from accounts.identity.models import IdentityClaim

    claims = [
        f"identity.{part}:{each.reference}"
        for each in IdentityClaim.objects.all()
        for part in ("name", "number", "birth_date")
    ]
    return [
        each.encode() for each in [*claims, *(f"record:{each.event_id}" for each in Record.objects.all())]
    ]
