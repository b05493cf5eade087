from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.notices.models import Notice
from accounts.notices.webhooks.services import add_webhook
from accounts.own_data import sealed_files, services, tasks
from accounts.own_data.held import IN_VAULT
from accounts.own_data.models import DataCopy
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from accounts.vault.sealing import Damaged

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def made(verified_user: User) -> DataCopy:
    copy = services.ask(by=verified_user, now=NOON)
    services.make(copy.pk, now=NOON)
    copy.refresh_from_db()
    return copy


def opened(copy: DataCopy, now: datetime = NOON) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(b"".join(services.fetch(by=copy.user, copy=copy, now=now))))


def test_it_holds_what_every_room_of_accounts_holds(verified_user: User) -> None:
    add_webhook(by=verified_user, url="https://hook.example.org/planted", now=NOON)
    copy = services.ask(by=verified_user, now=NOON)
    services.make(copy.pk, now=NOON)
    copy.refresh_from_db()
    with opened(copy) as files:
        assert {"index.en.html", "index.zh-hans.html", "about.json"} <= set(files.namelist())
        claims = json.loads(files.read("identity/claims.json"))
        assert (claims[0]["name"], claims[0]["number"], claims[0]["masked_number"]) == (
            None,
            None,
            "11••••2X",
        )
        assert claims[0]["elsewhere"] == IN_VAULT
        assert json.loads(files.read("account/account.json"))["email"] == "ada@example.com"
        assert json.loads(files.read("notices/webhooks.json"))[0]["url"] == "https://hook.example.org/planted"
        said = json.loads(files.read("records/about_you.json"))
        assert "identity.verified" in {each["entry"]["kind"] for each in said}
        assert "identity/claims.json" in files.read("index.en.html").decode()
        assert "whsec_" not in "".join(files.read(name).decode("latin-1") for name in files.namelist())


def test_it_lies_sealed_and_is_told(made: DataCopy) -> None:
    with default_storage.open(made.file_name) as file:
        stored = file.read()
    assert b"PK" not in stored[:8]
    assert b"Ada Lovelace" not in stored
    assert Notice.objects.filter(user=made.user, kind="export.made").count() == 1
    kinds = ["export.asked", "export.made"]
    assert list(Record.objects.filter(kind__startswith="export.").values_list("kind", flat=True)) == kinds


def test_there_is_one_at_a_time(made: DataCopy) -> None:
    with pytest.raises(Refusal, match="already"):
        services.ask(by=made.user, now=NOON)


def test_it_is_made_once(made: DataCopy) -> None:
    services.make(made.pk, now=NOON + timedelta(days=1))
    tasks.make(str(made.pk))
    assert Record.objects.filter(kind="export.made").count() == 1


def test_one_whose_worker_died_is_made_by_another(verified_user: User) -> None:
    copy = services.ask(by=verified_user, now=NOON)
    DataCopy.objects.filter(pk=copy.pk).update(state="making", started_at=NOON)
    services.make(copy.pk, now=NOON + timedelta(minutes=5))
    assert DataCopy.objects.get().state == "making"
    services.make(copy.pk, now=NOON + services.ABANDONED)
    assert DataCopy.objects.get().state == "ready"


def test_nobody_elses_and_nothing_old_is_handed_out(made: DataCopy, other_user: User) -> None:
    with pytest.raises(Refusal, match="somebody else"):
        services.fetch(by=other_user, copy=made, now=NOON)
    with pytest.raises(Refusal, match="not kept"):
        services.fetch(by=made.user, copy=made, now=NOON + services.KEPT)
    assert not Record.objects.filter(kind="export.downloaded").exists()


def test_its_file_goes_when_its_time_is_over(made: DataCopy) -> None:
    assert services.sweep(now=NOON + services.KEPT) == 1
    assert not default_storage.exists(made.file_name)
    assert services.ask(by=made.user, now=NOON + services.KEPT).pk != made.pk


def test_one_that_cannot_be_made_is_given_up(verified_user: User) -> None:
    services.ask(by=verified_user, now=NOON)
    tasks.sweep()
    assert DataCopy.objects.get().state == "failed"
    assert Record.objects.filter(kind="export.failed").count() == 1


@pytest.mark.django_db
def test_it_goes_with_the_account(made: DataCopy, django_capture_on_commit_callbacks: Any) -> None:
    request_deletion(by=made.user, now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(by=None, user=made.user, now=NOON + RETENTION)
    assert not default_storage.exists(made.file_name)
    assert not DataCopy.objects.exists()


def test_a_file_that_was_cut_off_or_moved_does_not_open(user: User) -> None:
    sealed_files.store("copies/a", user, BytesIO(b"x" * (sealed_files.PIECE + 9)), BytesIO())
    assert b"".join(sealed_files.pieces("copies/a", user)) == b"x" * (sealed_files.PIECE + 9)
    with default_storage.open("copies/a") as file:
        whole = file.read()
    for name, content in {"copies/cut": whole[: sealed_files.PIECE + 40], "copies/moved": whole}.items():
        default_storage.delete(name)
        default_storage.save(name, BytesIO(content))
        with pytest.raises(Damaged):
            list(sealed_files.pieces(name, user))


@pytest.mark.parametrize("change", [{"sha256": ""}, {"expires_at": None}])
def test_the_database_refuses_one_that_is_ready_without_an_end(
    made: DataCopy, change: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DataCopy.objects.update(**change)


def test_the_page_leads_through_it(client: Client, verified_user: User) -> None:
    address = reverse("my_data:page")
    client.force_login(verified_user)
    assert client.get(address).status_code == 302  # who one is has to be shown once more
    sign_in(client)
    assert b"Ask for a copy" in client.get(address, headers={"accept-language": "en"}).content
    assert client.post(reverse("my_data:ask")).status_code == 302
    copy = DataCopy.objects.get()
    assert b"is being made" in client.get(address, headers={"accept-language": "en"}).content
    services.make(copy.pk)
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert reverse("my_data:file", args=[copy.pk]) in page
    answer: Any = client.get(reverse("my_data:file", args=[copy.pk]))
    content = b"".join(answer.streaming_content)
    assert answer["Content-Length"] == str(len(content))
    assert zipfile.is_zipfile(BytesIO(content))
    assert Record.objects.filter(kind="export.downloaded").count() == 1
    assert client.post(reverse("my_data:ask"), follow=True).status_code == 200  # there is one already


def test_nobody_is_shown_somebody_elses_or_one_that_is_gone(
    client: Client, made: DataCopy, other_user: User
) -> None:
    client.force_login(other_user)
    sign_in(client)
    assert client.get(reverse("my_data:file", args=[made.pk])).status_code == 404
    client.force_login(made.user)
    sign_in(client)
    assert client.get(reverse("my_data:file", args=[made.pk])).status_code == 302


def sign_in(client: Client) -> None:
    """Show once more who one is."""
    asked = client.get(reverse("my_data:page"))["Location"]
    client.post(asked, {"password": "correct horse battery"})
