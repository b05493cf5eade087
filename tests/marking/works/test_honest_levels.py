"""C-6: where nobody checks names, every place that tells of one says so."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.queries import level_of
from accounts.organisations.models import Organisation
from accounts.own_data import services as own_data
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from config import checks
from config.environment import read
from consent.answers.text import render
from consent.receipts.services import receipts_of
from consent.requests.links import token_for
from marking.works.models import Work
from tests.accounts.identity.asked import taken_at_word
from tests.consent.answers.asked import asked
from tests.consent.people import granted, scope_for

WORDS = "not verified by a third party"


@pytest.fixture
def owner(user: User, settings: Settings) -> User:
    """Somebody whose word the local provider took."""
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})
    taken_at_word(
        user, document_type=DocumentType.RESIDENT_ID, name="Ada Lovelace", number="11010519491231002X"
    )
    assert level_of(user) is Level.SELF_ASSERTED
    return user


@pytest.fixture
def work(owner: User) -> Work:
    return Work.objects.create(
        owner=owner, state="released", released_at=timezone.now(), tool="generator", kind="content", depicts="nobody",
        source_name="picture.png", source_path="picture.png", source_sha256="0" * 64, source_bytes=13,
        media_type="image/png", width=1, height=1, marked_path="picture.png", marked_sha256="0" * 64, marked_bytes=13,
    )  # fmt: skip


def _page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(path).content.decode()


def _profile(work: Work, staff: User) -> str:
    return _page(work.owner, "/me/")


def _name(work: Work, staff: User) -> str:
    return _page(work.owner, "/me/identity/")


def _form(work: Work, staff: User) -> str:
    return _page(staff, "/me/identity/")


def _certificate(work: Work, staff: User) -> str:
    return Client().get(f"/w/{work.code}").content.decode()


def _api(work: Work, staff: User) -> str:
    answer = Client().get(f"/api/v1/certificates/{work.code}").json()
    assert answer["identity_verified_by_third_party"] is False
    return str(answer["identity_statement"])


def _question(work: Work, staff: User) -> str:
    request = asked(work.owner, address=staff.email, name="Lin Mei")
    client = Client()
    client.force_login(staff)
    looked = client.post(reverse("answers:look", args=[token_for(request)]), follow=True)
    return str(looked.content.decode())


def _consent(work: Work, staff: User) -> str:
    return render(scope_for(work.owner), locale="en", level=level_of(work.owner))


def _record(work: Work, staff: User) -> str:
    found: Any = body_of(Record.objects.get(kind="identity.verified"))
    return str(found["statement"])


def _receipt(work: Work, staff: User) -> str:
    theirs, grantees = receipts_of(granted(work.owner, staff))
    assert "matched by" not in grantees.jws
    return str(theirs.document) + str(grantees.document)


def _own_data(work: Work, staff: User) -> str:
    copy = own_data.ask(by=work.owner, now=timezone.now())
    own_data.make(copy.pk, now=timezone.now())
    copy.refresh_from_db()
    held = b"".join(own_data.fetch(by=work.owner, copy=copy, now=timezone.now()))
    with zipfile.ZipFile(BytesIO(held)) as files:
        (claim,) = json.loads(files.read("identity/claims.json"))
    return str(claim["statement"])


def _desk(work: Work, staff: User) -> str:
    return _page(staff, f"/desk/identity/{IdentityClaim.objects.get().pk}")


def _desk_of_organisations(work: Work, staff: User) -> str:
    studio = Organisation.objects.create(name="Studio", uscc="91110102MACQD9K640", representative=work.owner)
    return _page(staff, f"/desk/organisations/{studio.pk}")


SURFACES: tuple[Callable[[Work, User], str], ...] = (
    _profile, _name, _form, _certificate, _api, _question, _consent, _record, _receipt,
    _own_data, _desk, _desk_of_organisations,
)  # fmt: skip


@pytest.mark.parametrize("surface", SURFACES, ids=lambda each: each.__name__.strip("_"))
def test_it_says_that_no_third_party_verified_the_name(
    work: Work, staff_user: User, surface: Callable[[Work, User], str]
) -> None:
    said = re.sub(r"\s+", " ", surface(work, staff_user))
    assert WORDS in said
    assert "matched by a third party" not in said


def test_so_does_the_command_line(settings: Settings, db: None, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})
    document = "resident_id:11010519491231002X"
    call_command("user", "create", "mei@example.com", "--real-name", "林小梅", "--document", document)
    assert WORDS in capsys.readouterr().out


def test_a_public_site_in_china_is_refused(settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local", "YINJI_JURISDICTIONS": "CN"})
    assert "yinji.E005" in [each.id for each in checks.public_site(None)]
