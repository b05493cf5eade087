from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.records.models import Checkpoint, Cosignature, Halt, Record
from accounts.records.note import COSIGNATURE, SigningKey
from accounts.records.witnesses import Witness
from accounts.users.models import User

Write = Callable[..., Record]
ADDRESS = "/desk/records/"


@pytest.fixture
def auditor(client: Client, other_user: User) -> User:
    """Signed in, and holder of the auditor's role."""
    other_user.groups.add(Group.objects.get_or_create(name="auditor")[0])
    client.force_login(other_user)
    return other_user


def test_it_lists_records_without_their_bodies(
    client: Client, auditor: User, write: Write, user: User
) -> None:
    record = write(by=user, body={"secret": "never shown"})
    write(by=None)

    page = client.get(ADDRESS).content.decode()

    assert record.kind in page
    assert user.producer_id in page
    assert "the system" in page
    assert record.chain_hash.hex()[:12] in page
    assert "never shown" not in page


def test_it_says_that_nobody_witnessed_the_log(client: Client, auditor: User, write: Write) -> None:
    record = write()

    page = client.get(ADDRESS).content.decode()

    assert "Not witnessed" in page
    assert f"1:{record.chain_hash.hex()}" in page


@pytest.mark.parametrize(("quorum", "told"), [(1, "Witnessed 1 of 1"), (2, "2 must have signed")])
def test_it_says_who_witnessed_the_log(
    client: Client, auditor: User, signed: Checkpoint, settings: Any, quorum: int, told: str
) -> None:
    key = SigningKey("w.example.com", bytes(32))
    watched = (Witness(key.verifier(COSIGNATURE), "http://127.0.0.1:9"),)
    given = {"YINJI_WITNESSES": watched, "YINJI_WITNESS_QUORUM": quorum}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, **given})
    line = str(key.cosign(signed.note.partition("\n\n")[0] + "\n", 1_800_000_000))
    Cosignature.objects.create(checkpoint=signed, witness=key.name, line=line, at=signed.at)

    page = client.get(ADDRESS).content.decode()

    assert told in page
    assert ("Not witnessed" in page) == (quorum == 2)


def test_it_says_when_the_log_is_no_longer_signed(client: Client, auditor: User, signed: Checkpoint) -> None:
    Halt.objects.create(code="record", sequence=4, sentence="no", at=signed.at)

    page = client.get(ADDRESS).content.decode()

    assert "No longer signed" in page
    assert "From record 4 on" in page


def test_it_shows_one_subject_alone(client: Client, auditor: User, write: Write) -> None:
    write(subject="work:1", kind="account.created")
    write(subject="work:2", kind="contact.opted_in")

    page = client.get(ADDRESS, {"subject": "work:2"}).content.decode()

    assert "contact.opted_in" in page
    assert "account.created" not in page


def test_it_turns_pages_within_one_subject(client: Client, auditor: User, write: Write) -> None:
    for _ in range(51):
        write()

    assert "?page=2&amp;subject=work%3A1" in client.get(ADDRESS, {"subject": "work:1"}).content.decode()
    assert "?page=1&amp;subject=" in client.get(ADDRESS, {"page": "2"}).content.decode()


def test_it_opens_when_nothing_was_written(client: Client, auditor: User) -> None:
    assert "No records" in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("entry", [b"broken", b"[]"])
def test_it_opens_over_an_altered_log(
    client: Client, auditor: User, write: Write, attack: Callable[..., None], entry: bytes
) -> None:
    write()
    attack("UPDATE accounts_record SET entry = %s", (entry,))

    assert client.get(ADDRESS).status_code == 200


def test_it_is_closed_to_everybody_else(client: Client, user: User) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(user)
    assert client.get(ADDRESS).status_code == 403
