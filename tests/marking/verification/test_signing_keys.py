"""The page of the keys that labels are signed with."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from marking.marks.implicit_label import SigningKey
from marking.marks.implicit_label.sm2 import public_keys

pytestmark = pytest.mark.django_db
NEW, OLD = SigningKey(0xABCDEF123456789), SigningKey(0x987654321FEDCBA)


@pytest.fixture(autouse=True)
def _two_keys(settings: Settings) -> None:
    settings.KEYS = replace(settings.KEYS, label_signing_keys=[f"{NEW.to_hex()} 2026-11-22", OLD.to_hex()])


def test_it_publishes_every_key_newest_first(client: Client) -> None:
    response = client.get("/keys.json")
    keys = response.json()["keys"]
    assert [each["fingerprint"] for each in keys] == [NEW.public.fingerprint, OLD.public.fingerprint]
    assert [(each["is_current"], each["since"]) for each in keys] == [(True, "2026-11-22"), (False, None)]
    assert keys[0]["algorithm_id"] == "1.2.156.10197.1.501"
    assert keys[0]["user_id"] == "1234567812345678"
    assert not response.cookies


def test_both_forms_of_a_key_are_that_key(client: Client) -> None:
    for shown, key in zip(client.get("/keys.json").json()["keys"], (NEW, OLD), strict=True):
        encoded = "".join(shown["pem"].splitlines()[1:-1])
        assert public_keys(base64.b64decode(encoded)) == (key.public,)
        assert public_keys(bytes.fromhex(shown["point"])) == (key.public,)


@pytest.mark.parametrize(("language", "words"), [("en", "Keys of the labels"), ("zh-hans", "")])
def test_it_is_a_page_for_anybody(client: Client, language: str, words: str) -> None:
    response = client.get("/keys", headers={"Accept-Language": language})
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert NEW.public.fingerprint in page
    assert OLD.public.to_pem().splitlines()[1] in page
    assert not response.cookies


@pytest.mark.parametrize("address", ["/keys", "/keys.json"])
def test_it_never_shows_the_secret_half(client: Client, address: str) -> None:
    page = client.get(address).content.decode().casefold()
    for key in (NEW, OLD):
        assert f"{key.secret:x}" not in page
        assert str(key.secret) not in page


def test_every_page_leads_to_it(client: Client) -> None:
    assert 'href="/keys"' in client.get("/").content.decode()


def test_it_takes_nothing(client: Client) -> None:
    assert client.post("/keys").status_code == client.post("/keys.json").status_code == 405
