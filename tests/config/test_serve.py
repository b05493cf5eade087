from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as settings_of_django
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections
from pytest_django import Settings

from accounts.users import agreement_text
from accounts.users.models import User
from accounts.users.services import publish_agreement
from accounts.vault import sealing
from config import serve, starting
from config.keys import Keys
from tests.accounts.identity.test_indexes import with_new_key, without_old_key


def test_it_names_the_process_that_serves_a_folder_already(tmp_path: Path) -> None:
    second = starting.sole_owner(tmp_path)
    with (
        starting.sole_owner(tmp_path),
        pytest.raises(serve.NotStartable, match=r"Process \d+ already serves"),
    ):
        second.__enter__()
    with starting.sole_owner(tmp_path):
        pass


def test_it_says_when_the_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(serve.NotStartable, match="set YINJI_PORT"):
            starting.refuse_taken_port("127.0.0.1", taken.getsockname()[1])


def test_it_finds_a_free_port_free_in_both_families() -> None:
    starting.refuse_taken_port("127.0.0.1", 0)
    if socket.has_ipv6:
        starting.refuse_taken_port("::1", 0)


@pytest.mark.django_db
def test_it_refuses_a_database_from_the_future() -> None:
    serve.refuse_newer_database()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('marking', '9999_later', '2030-01-01')"
        )
    with pytest.raises(serve.NotStartable, match=r"marking\.9999_later"):
        serve.refuse_newer_database()


@pytest.mark.django_db
def test_it_refuses_a_database_that_was_sealed_with_other_keys(user: User, settings: Settings) -> None:
    serve.refuse_foreign_keys()
    sealing.seal(user, "Ada", context="test")
    serve.refuse_foreign_keys()
    settings.KEYS = Keys()
    with pytest.raises(serve.NotStartable, match="restore the key file that belongs to it"):
        serve.refuse_foreign_keys()


@pytest.mark.django_db
def test_it_refuses_to_verify_a_document_twice_for_want_of_an_index_key(
    verified_user: User, settings: Settings
) -> None:
    serve.refuse_lost_index_keys()
    with_new_key(settings)
    serve.refuse_lost_index_keys()
    without_old_key(settings)
    with pytest.raises(serve.NotStartable, match=r"put it back behind the newest one of identity_index_keys"):
        serve.refuse_lost_index_keys()


@pytest.mark.parametrize("only", [None, "keeper", "web", "worker", "scheduler"])
def test_every_part_sees_to_an_embedded_vault(only: str | None) -> None:
    assert serve.may_change_vault(only) or connections["vault"].vendor != "sqlite"


@pytest.mark.django_db
def test_the_command_turns_a_reason_into_one_sentence(settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    with starting.sole_owner(tmp_path), pytest.raises(CommandError, match="already serves"):
        call_command("serve")


def test_it_runs_one_process_for_each_marking_worker() -> None:
    parts = serve.parts()
    assert [part.name for group in parts.values() for part in group] == [
        "web",
        "worker-1",
        "worker-2",
        "keeper",
        "scheduler",
    ]
    for part in parts["worker"]:
        assert "solo" in part.command
        assert part.command[part.command.index("--queues") + 1] == "celery"


@pytest.mark.django_db
def test_the_command_turns_a_refusal_into_one_sentence(settings: Settings, tmp_path: Path) -> None:
    """A data folder from before the agreement's words were changed without a new version."""
    settings.DATA, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    publish_agreement(text=replace(agreement_text.newest(), body_en="Other words."))
    with pytest.raises(CommandError, match="is published with other words"):
        call_command("serve", only="scheduler")


def test_it_collects_every_file_that_pages_load() -> None:
    collected = {name for finder in get_finders() for name, _ in finder.list(serve.UNUSED_FILES)}
    templates = [path.read_text() for path in settings_of_django.ROOT.glob("templates/**/*.html")]
    loaded = {name for text in templates for name in re.findall(r"{% static '([^']+)' %}", text)}
    versions = {
        int(each) for text in templates for each in re.findall(r"{% htmx_script version=(\d) %}", text)
    }
    assert len(loaded) > 10
    assert versions
    assert loaded | {f"django_htmx/htmx-{version}.min.js" for version in versions} <= collected
    assert "django_htmx/django-htmx.js" in collected  # loaded beside the other with YINJI_DEBUG
    assert "django_htmx/htmx-4.js" not in collected


def test_it_starts_under_no_settings_that_contradict_each_other(settings: Settings) -> None:
    settings.DEBUG = settings.IS_ON_TLS = True
    with pytest.raises(SystemCheckError, match=r"yinji\.E001"):
        call_command("serve", skip_checks=False)
