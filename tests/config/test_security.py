"""What every answer carries, and what changes when the site is on TLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client
from PIL import Image

from accounts.users.models import User
from config.settings import DATABASE_CACHE_OPTIONS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_every_page_carries_a_strict_policy(client: Client) -> None:
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_whoever_asks_for_an_icon_without_reading_a_page_gets_one(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/x-icon")
    with Image.open(BytesIO(b"".join(answer))) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_pages_of_a_signed_in_person_stay_out_of_caches(client: Client, user: User) -> None:
    assert "Cache-Control" not in client.get("/me/agreement")
    client.force_login(user)
    assert client.get("/me/")["Cache-Control"] == "private, no-cache"


def _settings(folder: Path, *names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = f"import json; from config import settings; print(json.dumps({{n: getattr(settings, n) for n in {names}}}))"
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "YINJI_DATA": str(folder), **environment},
    )  # fmt: skip


def test_tls_turns_on_secure_cookies_and_hsts(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")
    plain = json.loads(_settings(tmp_path, *names).stdout)
    assert plain == dict.fromkeys(names[:3], False) | {"SECURE_HSTS_SECONDS": 0}
    on_tls = json.loads(_settings(tmp_path, *names, YINJI_SITE_URL="https://yinji.example").stdout)
    assert all(on_tls[name] for name in names)


def test_it_starts_with_nothing_but_names_every_wrong_variable(tmp_path: Path) -> None:
    run = _settings(tmp_path, "DEBUG", YINJI_PORT="none", YINJI_LANGUAGE="fr")
    assert run.returncode != 0
    assert "YINJI_PORT: expected a whole number from 1 to 65535; found 'none'." in run.stderr
    assert "YINJI_LANGUAGE: expected one of zh-hans, en; found 'fr'." in run.stderr


def test_it_refuses_a_database_whose_keys_are_gone(tmp_path: Path) -> None:
    (tmp_path / "yinji.sqlite3").touch()
    run = _settings(tmp_path, "DEBUG")
    assert run.returncode != 0
    assert "restore the key file" in run.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("YINJI_DATA", "/dev/null/x", "YINJI_DATA: /dev/null/x cannot be made a folder"),
        ("YINJI_PORT", "none", "YINJI_PORT: expected a whole number"),
    ],
)
def test_a_command_says_it_in_a_sentence_and_no_traceback(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    environment = {"PATH": os.environ["PATH"], "YINJI_DATA": str(tmp_path), name: value}
    run = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert run.returncode == 1
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("address", "backend", "port"),
    [
        ("smtp://localhost", "smtp", 25),
        ("smtp+tls://me:word@mail.example:587", "smtp", 587),
        ("consolemail://", "console", 25),
        ("filemail:///var/mail/yinji", "filebased", 25),
    ],
)
def test_it_understands_mail_addresses(tmp_path: Path, address: str, backend: str, port: int) -> None:
    found = json.loads(_settings(tmp_path, "EMAIL_BACKEND", "EMAIL_PORT", EMAIL_URL=address).stdout)
    assert found == {"EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend", "EMAIL_PORT": port}


def test_it_makes_no_keys_for_an_outside_database_unless_told_that_it_is_new(tmp_path: Path) -> None:
    outside = {"DATABASE_URL": f"sqlite:///{tmp_path / 'outside.sqlite3'}"}
    run = _settings(tmp_path, "DEBUG", **outside)
    assert run.returncode != 0
    assert "YINJI_CREATE_KEYS=yes" in run.stderr
    assert not (tmp_path / "keys.json").exists()
    assert _settings(tmp_path, "DEBUG", **outside, YINJI_CREATE_KEYS="yes").returncode == 0
    assert _settings(tmp_path, "DEBUG", **outside).returncode == 0


@pytest.mark.django_db
def test_many_visitors_do_not_push_a_lock_out_of_the_cache() -> None:
    """By Django's default the 301st entry culls a third, in the order of the keys."""
    options = {"OPTIONS": DATABASE_CACHE_OPTIONS}
    connection.cursor().execute(
        "CREATE TABLE locks (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamp NOT NULL)"
    )
    cache = DatabaseCache("locks", options)
    cache.set("allauth:lock", 5)
    for number in range(400):
        cache.set(f"visitor:{number}", 1)
    assert cache.get("allauth:lock") == 5
