"""C-6: where nobody checks names, every place that tells of one says so."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.identity.levels import CEILINGS, Level, ceiling
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.manual import ManualProvider
from accounts.identity.providers.protocol import Answer, Evidence, Finding, Person
from accounts.identity.queries import level_of
from accounts.identity.settling import accept_named
from accounts.organisations.models import Organisation
from accounts.own_data import services as own_data
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from config import checks
from config.environment import read
from consent.answers.text import render
from consent.grants.services import give
from consent.receipts.models import Receipt
from consent.receipts.services import receipts_of
from consent.requests.links import token_for
from consent.scope import Proof
from marking.desk.cases.models import Case
from marking.works.models import Work
from tests.accounts.identity.asked import taken_at_word
from tests.consent.answers.asked import asked
from tests.consent.people import NUMBERS, account, scope_for
from tests.marking.desk.complaints import filed

FACTS: dict[str, Any] = {
    "document_type": DocumentType.RESIDENT_ID,
    "name": "Ada Lovelace",
    "number": NUMBERS[0],
}


@dataclass(frozen=True)
class Words:
    """What is said of a name that nobody outside checked, and of one that somebody did."""

    unchecked: str
    matched: str


WORDS = {
    "en": Words("not verified by a third party", "matched by a third party"),
    "zh-hans": Words("未经第三方核验", "姓名与证件经第三方核验一致"),
}


@pytest.fixture(params=WORDS)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language in which everything is asked for."""
    with translation.override(request.param):
        yield request.param


def _take_word(user: User, staff: User) -> None:
    taken_at_word(user, **FACTS)


def _end(user: User, staff: User) -> None:
    identity.end(by=None, claim=taken_at_word(user, **FACTS), reason="Reported as fraud")


def _approve(user: User, staff: User) -> None:
    identity.approve(by=staff, claim=identity.submit_claim(by=user, provider=ManualProvider(), **FACTS))


def _vouch(user: User, staff: User) -> None:
    identity.vouch(by=None, user=user, **FACTS)


def _match(user: User, staff: User, provider: str = "aliyun") -> None:
    level, person = ceiling(provider), Person("somebody", FACTS["name"], date(1990, 2, 3))
    answer = Answer(Finding.MATCH, provider, "check", timezone.now(), level, "1", Evidence.of(b"{}"))
    accept_named(user=user, person=person, answer=answer, now=answer.at)


Check = Callable[[User, User], None]
CHECKS: dict[str, tuple[Check, Level]] = {
    "ended": (_end, Level.NONE),
    "local": (_take_word, Level.SELF_ASSERTED),
    "manual": (_approve, Level.OPERATOR_CHECKED),
    "operator": (_vouch, Level.OPERATOR_CHECKED),
} | {
    provider: (partial(_match, provider=provider), each)
    for provider, each in CEILINGS.items()
    if each.is_third_party
}
"""Every way in which a name is checked here, and how far it is then."""


def checked(user: User, staff: User, way: str) -> Level:
    """How far the name of ``user`` is checked in this way."""
    check, level = CHECKS[way]
    check(user, staff)
    assert level_of(user) is level
    return level


@pytest.fixture
def work(user: User, settings: Settings) -> Work:
    """A released work on a site where nobody outside checks names; its owner has not stated theirs."""
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})
    return Work.objects.create(
        owner=user, state="released", released_at=timezone.now(), tool="generator", kind="content", depicts="nobody",
        source_name="picture.png", source_path="picture.png", source_sha256="0" * 64, source_bytes=13,
        media_type="image/png", width=1, height=1, marked_path="picture.png", marked_sha256="0" * 64, marked_bytes=13,
    )  # fmt: skip


def _browser(user: User | None = None) -> Client:
    client = Client(headers={"Accept-Language": str(translation.get_language())})
    if user is not None:
        client.force_login(user)
    return client


def _page(user: User, path: str) -> str:
    return _browser(user).get(path).content.decode()


def _profile(work: Work, staff: User) -> str:
    return _page(work.owner, "/me/")


def _name(work: Work, staff: User) -> str:
    return _page(work.owner, "/me/identity/")


def _form(work: Work, staff: User) -> str:
    return _page(staff, "/me/identity/")


def _certificate(work: Work, staff: User) -> str:
    return _browser().get(f"/w/{work.code}").content.decode()


def _api(work: Work, staff: User) -> str:
    answer = _browser().get(f"/api/v1/certificates/{work.code}").json()
    assert answer["identity_verified_by_third_party"] is level_of(work.owner).is_third_party
    return str(answer["identity_statement"])


def _question(work: Work, staff: User) -> str:
    request = asked(work.owner, address=staff.email, name="Lin Mei")
    looked = _browser(staff).post(reverse("answers:look", args=[token_for(request)]), follow=True)
    return str(looked.content.decode())


def _consent(work: Work, staff: User) -> str:
    return render(scope_for(work.owner), locale=str(translation.get_language()), level=level_of(work.owner))


def _record(work: Work, staff: User) -> str:
    found: Any = body_of(Record.objects.get(kind="identity.verified"))
    return str(found["statement"])


def _receipts(work: Work, staff: User) -> list[Receipt]:
    facts = {"text": "I agree.", "locale": str(translation.get_language())}
    scope = scope_for(staff)
    return receipts_of(give(person=work.owner, grantee=staff, scope=scope, proof=Proof.SIGNED, facts=facts))


def _receipt(work: Work, staff: User) -> str:
    theirs, grantees = (each.document["assurance"]["identity"]["words"] for each in _receipts(work, staff))
    assert theirs == grantees
    return str(theirs)


def _receipt_page(work: Work, staff: User) -> str:
    return _page(work.owner, f"/receipts/{_receipts(work, staff)[0].pk}")


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


def _trace(work: Work, staff: User) -> str:
    staff.groups.add(Group.objects.get_or_create(name="tracing_officer")[0])
    return _browser(staff).post("/desk/trace/number", {"number": work.code}).content.decode()


def _complainant(work: Work, staff: User) -> str:
    staff.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    case = filed()
    Case.objects.update(reporter=work.owner)
    return _page(staff, f"/desk/cases/{case.code}")


def _waiting(work: Work, staff: User) -> str:
    facts = FACTS | {"by": User.objects.create_user("waits@example.com"), "number": NUMBERS[1]}
    claim = identity.submit_claim(provider=ManualProvider(), **facts)
    return _page(staff, f"/desk/identity/{claim.pk}")


def _organisation(work: Work, staff: User) -> str:
    head = account("head@example.com", "Grace Hopper", NUMBERS[2])
    Organisation.objects.create(
        name="Studio", uscc="91110102MACQD9K640", representative=head, state="verified", decided_at=timezone.now()
    )  # fmt: skip
    return _page(head, "/me/organisation/")


Surface = Callable[[Work, User], str]
OF_STAFF: tuple[Surface, ...] = (_form, _waiting, _organisation)
"""What says it of whatever is decided on this site, or by its staff."""
FOR_PROGRAMS: tuple[Surface, ...] = (_api, _record, _own_data)
"""What says it in English whatever is asked for."""
SURFACES: tuple[Surface, ...] = (
    *OF_STAFF, *FOR_PROGRAMS, _profile, _name, _certificate, _question, _consent, _receipt, _receipt_page, _desk,
    _desk_of_organisations, _trace, _complainant,
)  # fmt: skip


def _says(surface: Surface, work: Work, staff: User, language: str) -> tuple[bool, bool]:
    """Whether ``surface`` says that no third party verified the name, and whether it says that one did."""
    words = WORDS["en" if surface in FOR_PROGRAMS else language]
    said = re.sub(r"\s+", " ", surface(work, staff))
    return words.unchecked in said, words.matched in said


def _named(surface: Surface) -> str:
    return surface.__name__.strip("_")


@pytest.mark.parametrize("way", ["ended", "local", "manual", "operator"])
@pytest.mark.parametrize("surface", SURFACES, ids=_named)
def test_it_says_that_no_third_party_verified_the_name(
    work: Work, staff_user: User, surface: Surface, way: str, language: str
) -> None:
    assert not checked(work.owner, staff_user, way).is_third_party
    assert _says(surface, work, staff_user, language) == (True, False)


@pytest.mark.parametrize("surface", [each for each in SURFACES if each not in OF_STAFF], ids=_named)
def test_it_says_nothing_of_the_kind_where_one_did(
    work: Work, staff_user: User, surface: Surface, language: str
) -> None:
    checked(work.owner, staff_user, "aliyun")
    assert _says(surface, work, staff_user, language) == (False, True)


@pytest.mark.parametrize("way", CHECKS)
def test_no_provider_is_called_more_than_it_is(work: Work, staff_user: User, way: str, language: str) -> None:
    is_outside = checked(work.owner, staff_user, way).is_third_party
    for surface in (_profile, _certificate, _api):
        assert _says(surface, work, staff_user, language) == (not is_outside, is_outside), surface


def test_every_provider_is_tried() -> None:
    assert CHECKS.keys() - {"ended"} == CEILINGS.keys()


def test_so_does_the_command_line(
    settings: Settings, db: None, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})
    document = "resident_id:11010519491231002X"
    call_command("user", "create", "mei@example.com", "--real-name", "林小梅", "--document", document)
    assert WORDS["en"].unchecked in capsys.readouterr().out


def test_a_public_site_in_china_is_refused(settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local", "YINJI_JURISDICTIONS": "CN"})
    assert "yinji.E005" in [each.id for each in checks.public_site(None)]
