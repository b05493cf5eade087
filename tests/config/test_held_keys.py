"""The names of the keys of this site, and when the log is told of them."""

from __future__ import annotations

import re
from dataclasses import asdict, fields, replace

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from pytest_django import Settings

from accounts.records.deep import opened
from accounts.records.models import Record, RecordBody
from accounts.records.verify import verify
from accounts.vault.opening_keys import load_opening
from config import held_keys, serve
from config.keys import Keys
from config.tasks import tell_of_keys

LISTS = {each.name for each in fields(Keys)} | {"vault_sealing_keys", "credential_certificate"}


def events() -> list[tuple[str, str]]:
    """Kind and list of each record about keys."""
    records = Record.objects.filter(kind__startswith="key.").order_by("sequence")
    return [(each.kind, each.subject.removeprefix("keys:")) for each in records]


def test_every_secret_of_the_key_file_has_a_name() -> None:
    assert held_keys.held().keys() == LISTS
    for name, secret in asdict(configured.KEYS).items():
        assert len(held_keys.held()[name]) == (len(secret) if isinstance(secret, list) else 1)


def test_each_key_has_a_name_of_its_own_that_stays(settings: Settings) -> None:
    before = held_keys.held()
    assert held_keys.held() == before
    settings.KEYS = Keys()
    for name in (each.name for each in fields(Keys)):
        assert not set(before[name]) & set(held_keys.held()[name]), name


@pytest.mark.django_db
def test_no_record_holds_anything_of_a_secret() -> None:
    held_keys.tell_start(None)
    secrets = [*asdict(configured.KEYS).values(), configured.ISSUER.key.decode()]
    secrets += [key.text for key in load_opening(configured.DATA)]
    bodies = b"".join(bytes(each.content) for each in RecordBody.objects.all())
    for text in (each for secret in secrets for each in (secret if isinstance(secret, list) else [secret])):
        for word in re.findall(r"[A-Za-z0-9+/_=-]{16,}", text):
            assert word.encode() not in bodies


@pytest.mark.django_db
def test_a_start_tells_of_the_keys_that_were_made_before_there_was_a_log() -> None:
    serve.prepare()
    serve.prepare()
    assert sorted(events()) == sorted(("key.added", name) for name in LISTS)
    assert verify(is_deep=True).is_intact


@pytest.mark.django_db
def test_a_key_that_comes_while_the_site_runs_is_told_of_within_a_minute(settings: Settings) -> None:
    assert configured.CELERY_BEAT_SCHEDULE["tell-of-keys"] == {
        "task": tell_of_keys.name,
        "schedule": 60.0,
        "options": {"expires": 60.0},
    }
    tell_of_keys()
    before = len(events())
    settings.KEYS = replace(settings.KEYS, log_signing_keys=["ab" * 32, *settings.KEYS.log_signing_keys])
    for _ in range(2):
        tell_of_keys()
    assert events()[before:] == [("key.added", "log_signing_keys")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (None, [("key.removed", "watermark_keys")]),
        ("scheduler", [("key.removed", "watermark_keys")]),
        ("web", []),
        ("worker", []),
        ("keeper", []),
    ],
)
def test_that_a_key_is_gone_is_told_by_the_part_of_which_there_is_one(
    settings: Settings, only: str | None, expected: list[tuple[str, str]]
) -> None:
    now = settings.KEYS
    settings.KEYS = replace(now, watermark_keys=[*now.watermark_keys, "cd" * 32])
    held_keys.tell_start(None)
    before = len(events())
    settings.KEYS = now
    held_keys.tell_start(only)
    assert events()[before:] == expected


@pytest.mark.django_db
def test_a_new_certificate_of_content_credentials_is_told_of(settings: Settings) -> None:
    from marking.marks.credential import development_issuer

    held_keys.tell_start(None)
    before = len(events())
    settings.ISSUER = development_issuer()
    held_keys.tell_start(None)
    assert events()[before:] == [
        ("key.added", "credential_certificate"),
        ("key.removed", "credential_certificate"),
    ]


@pytest.mark.django_db
def test_the_log_names_the_key_that_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever holds the log's verifier key finds it in the log."""
    from hashlib import sha256

    from accounts.records.note import VerifierKey

    held_keys.tell_start(None)
    call_command("records", "key")
    key = VerifierKey.parse(capsys.readouterr().out.split()[0])
    (record,) = Record.objects.filter(subject="keys:log_signing_keys")
    assert (opened(record) or {})["key"] == sha256(key.public).hexdigest()
