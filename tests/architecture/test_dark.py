"""What a consent's end takes down is dark at every address that can answer with a stored file.

The addresses are those of the table of pictures: a new one of these fails here until it is closed as well.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.api.services import create_client
from accounts.reasons.services import state
from accounts.users.models import User
from consent.grants.models import Grant
from consent.withdrawal.services import withdraw
from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind as CaseKind
from marking.desk.cases.models import Case
from marking.desk.filing.services import Complaint, file_case
from marking.desk.measures.models import Measure
from marking.desk.measures.services import impose, lift
from marking.works import responses
from marking.works.models import Work
from tests.accounts.reasons.statements import reasons
from tests.consent.depicting import published

from .test_derivatives import MEDIA

pytestmark = pytest.mark.django_db

SHOWS_NO_RELEASED_FILE = {
    "certificate:qr",
    "previews:picture",
    "own_requests:picture",
    "answers:picture",
    "statement_review:recording",
}
"""An address as a picture; copies that only the person shown sees, before there is a release; what a person said."""
POSTED = {"unlabelled:download"}


@pytest.fixture
def work(creator: User, grant: Grant) -> Work:
    return published(creator, grant)[0]


@pytest.fixture
def browsers(creator: User) -> dict[str, Client]:
    owner = Client()
    owner.force_login(creator)
    made = create_client(by=creator, name="machine")
    basic = base64.b64encode(f"{made.client.pk}:{made.secret}".encode()).decode()
    fields = {"grant_type": "client_credentials", "scope": "works:read works:write"}
    answer = Client().post("/identity/o/api/token", fields, headers={"Authorization": f"Basic {basic}"})
    machine = Client(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    return {"owner": owner, "machine": machine}


def answers(work: Work, browsers: dict[str, Client]) -> Iterator[tuple[str, Any]]:
    for name in sorted(set(MEDIA) - SHOWS_NO_RELEASED_FILE):
        values = [["before"], ["after"]] if name == "works:preview" else [[]]
        browser = browsers[next(iter(MEDIA[name]))]
        for value in values:
            url = reverse(name, args=[work.code, *value])
            yield name, browser.post(url) if name in POSTED else browser.get(url)


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_every_address_of_a_file_answers_410_and_names_nobody(
    work: Work, person: User, creator: User, grant: Grant, browsers: dict[str, Client]
) -> None:
    before = dict(answers(work, browsers))
    assert {name for name, answer in before.items() if answer.status_code == 200} >= {
        "works:download",
        "works:preview",
        "api-1:download",
    }
    withdraw(by=person, grant=grant)
    after = list(answers(work, browsers))
    assert len(after) >= 5
    for name, answer in after:
        assert answer.status_code == 410, name
        assert b"marked file" not in body(answer), name
        assert not re.search(rb"Lin|lin@|" + person.producer_id.encode(), body(answer)), name


def test_every_address_of_a_file_answers_410_while_the_desk_blocks_the_work(
    work: Work, creator: User, browsers: dict[str, Client]
) -> None:
    before = {name: answer.status_code for name, answer in answers(work, browsers)}
    with transaction.atomic():
        statement = state(person=creator, **reasons(subject=f"work:{work.code}"))
        measure = impose(work=work, by=None, statement=statement)
    for name, answer in answers(work, browsers):
        assert answer.status_code == 410, name
        assert b"marked file" not in body(answer), name
        assert b"Civil Code" not in body(answer), name
    lift(measure=measure, by=creator)
    assert {name: answer.status_code for name, answer in answers(work, browsers)} == before


def notice_about(work: Work) -> Case:
    """A complete notice of an intimate picture, whose clock ran out a minute ago; nobody decided, and nothing was swept."""
    said = Complaint(
        new_token(), CaseKind.INTIMATE_IMAGE, "The woman in this picture is me.", work=work,
        contact="marguerite@example.org", signature="Marguerite Yourcenar", is_in_good_faith=True,
    )  # fmt: skip
    return file_case(said, now=timezone.now() - timedelta(hours=47, minutes=1))[0]


@pytest.mark.parametrize("is_about_a_copy", [False, True])
def test_every_address_of_a_file_answers_410_from_the_moment_at_which_a_clock_runs_out(
    work: Work, creator: User, grant: Grant, browsers: dict[str, Client], is_about_a_copy: bool
) -> None:
    notice = notice_about(published(creator, grant)[0] if is_about_a_copy else work)
    Case.objects.filter(pk=notice.pk).update(due_at=F("due_at") + timedelta(minutes=30))
    before = {name: answer.status_code for name, answer in answers(work, browsers)}
    assert 410 not in before.values()
    Case.objects.filter(pk=notice.pk).update(due_at=F("due_at") - timedelta(minutes=30))
    after = list(answers(work, browsers))
    assert len(after) >= 5
    for name, answer in after:
        assert answer.status_code == 410, name
        assert b"marked file" not in body(answer), name
        assert not re.search(rb"of an intimate|Yourcenar|TAKE IT DOWN", body(answer)), name
    assert not Measure.objects.exists()


def test_a_download_that_is_going_on_is_broken_off_by_a_clock(
    work: Work, browsers: dict[str, Client]
) -> None:
    answer = browsers["owner"].get(reverse("works:download", args=[work.code]))
    notice_about(work)
    with pytest.raises(responses.CutOff):
        body(answer)


def test_a_download_that_is_going_on_is_broken_off(
    work: Work, person: User, grant: Grant, browsers: dict[str, Client]
) -> None:
    answer = browsers["owner"].get(reverse("works:download", args=[work.code]))
    withdraw(by=person, grant=grant)
    with pytest.raises(responses.CutOff):
        body(answer)


def test_what_is_public_says_that_it_ended_and_when_and_not_who(
    client: Client, work: Work, person: User, creator: User, grant: Grant
) -> None:
    def status() -> tuple[int, dict[str, Any]]:
        answer = client.get(f"/v/{work.code}.json")
        assert answer["Cache-Control"] == "public, max-age=30"
        assert not answer.cookies
        return answer.status_code, answer.json()

    certificate = f"/w/{work.code}"
    assert status()[1]["status"] == "valid"
    assert b"Consent ended" not in client.get(certificate).content
    withdraw(by=person, grant=grant)
    work.refresh_from_db()
    assert work.consent_ended_at is not None
    date = work.consent_ended_at.date().isoformat()
    assert status() == (200, {"id": work.code, "status": "ended", "date": date, "refutation": None})
    page = client.get(certificate).content
    assert b"Consent ended on" in page
    assert b"Lin" not in page
    assert person.producer_id.encode() not in page
    told = client.get(f"/api/v1/certificates/{work.code}").json()
    assert (told["state"], told["consent"], told["consent_ended_at"][:10]) == ("consent_ended", "ended", date)


@pytest.mark.parametrize("accepted", ["application/json", "text/html", "*/*"])
def test_the_status_is_a_page_or_json_as_the_reader_likes(client: Client, work: Work, accepted: str) -> None:
    answer = client.get(f"/v/{work.code}", headers={"Accept": accepted})
    assert answer["Content-Type"].startswith("application/json" if "json" in accepted else "text/html")
    assert answer["Cache-Control"] == "public, max-age=30"
    assert "Accept" in answer["Vary"]
    assert not answer.cookies
    assert client.get("/v/ZZZZZZZZZZ", headers={"Accept": accepted}).status_code == 404
