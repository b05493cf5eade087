"""What a measure takes off is dark everywhere …"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.api.services import create_client
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.measures.models import Measure
from marking.desk.measures.services import lift
from marking.unlabelled import services as unlabelled
from marking.verification.presentation import shown
from marking.verification.report import Evidence, Finding, Layer, MarkedHere, Report, State, Verdict
from marking.verification.restoring import kept_form, restored
from marking.works import gate, responses, services
from marking.works.files import preview_name
from marking.works.models import Work
from marking.works.staying_down import LooksTakenDown, require_not_taken_down, require_unlike_taken_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(work: Work) -> Work:
    """The work with files in the storage."""
    Work.objects.filter(pk=work.pk).update(
        marked_path=default_storage.save("marked/dark.png", ContentFile(b"a marked file")), marks=[]
    )
    for which in ("before", "after", "faces"):
        default_storage.delete(preview_name(work.code, which))
        default_storage.save(preview_name(work.code, which), ContentFile(b"a marked file"))
    work.refresh_from_db()
    return work


@pytest.fixture
def owner(work: Work) -> Client:
    """The owner's browser."""
    browser = Client()
    browser.force_login(work.owner)
    return browser


def addresses(work: Work) -> list[str]:
    """Where an owner is given a file."""
    code = [work.code]
    return [
        reverse("works:download", args=code), reverse("works:preview", args=[*code, "after"]),
        reverse("works:preview", args=[*code, "before"]), reverse("works:faces-picture", args=code),
    ]  # fmt: skip


def test_no_address_gives_a_file_out_until_it_is_lifted(
    stored: Work, owner: Client, operator: User, off: Callable[..., Measure]
) -> None:
    before = [owner.get(url).status_code for url in addresses(stored)]
    assert before == [200] * 4
    measure = off(stored)
    for url in addresses(stored):
        answer = owner.get(url)
        assert answer.status_code == 410, url
        assert b"a marked file" not in answer.content
        assert b"Access is off" in answer.content
    assert owner.post(reverse("unlabelled:download", args=[stored.code])).status_code in {302, 410}
    lift(measure=measure, by=operator)
    assert [owner.get(url).status_code for url in addresses(stored)] == before


def test_a_machine_is_refused_as_well(stored: Work, off: Callable[..., Measure]) -> None:
    made = create_client(by=stored.owner, name="machine")
    basic = base64.b64encode(f"{made.client.pk}:{made.secret}".encode()).decode()
    fields = {"grant_type": "client_credentials", "scope": "works:read"}
    answer = Client().post("/identity/o/api/token", fields, headers={"Authorization": f"Basic {basic}"})
    machine = Client(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    off(stored)
    refused = machine.get(reverse("api-1:download", args=[stored.code]))
    assert (refused.status_code, refused.json()["code"]) == (410, "blocked")
    told = machine.get(reverse("api-1:work", args=[stored.code])).json()
    assert told["state"] == "blocked"
    assert "download" not in told["links"]


def test_a_download_that_is_going_on_is_broken_off(
    stored: Work, owner: Client, off: Callable[..., Measure]
) -> None:
    answer = owner.get(reverse("works:download", args=[stored.code]))
    off(stored)
    with pytest.raises(responses.CutOff):
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_copy_without_the_label_is_refused(stored: Work, off: Callable[..., Measure]) -> None:
    off(stored)
    with pytest.raises(gate.Blocked):
        unlabelled.require_entitled(stored.owner, stored)
    with pytest.raises(gate.Blocked):
        services.record_download(by=stored.owner, work=Work.objects.get(pk=stored.pk))


def test_certificate_and_status_say_that_it_is_off_and_no_more(
    client: Client, work: Work, operator: User, off: Callable[..., Measure]
) -> None:
    certificate = reverse("certificate:page", args=[work.code])
    assert b"Access is off" not in client.get(certificate).content
    measure = off(work)
    page = client.get(certificate).content.decode()
    assert "Access is off" in page
    for hidden in (work.owner.producer_id, "Civil Code", work.marked_sha256, "did not agree"):
        assert hidden not in page
    assert client.get(f"/v/{work.code}.json").json()["status"] == "blocked"
    assert "turned the access to this work off" in client.get(f"/v/{work.code}").content.decode()
    told = client.get(reverse("api-1:certificate", args=[work.code])).json()
    assert (told["state"], told["consent"], told["consent_ended_at"]) == ("blocked", "blocked", None)
    lift(measure=measure, by=operator)
    assert "Access is off" not in client.get(certificate).content.decode()


def test_the_owner_is_led_to_the_reasons(stored: Work, owner: Client, off: Callable[..., Measure]) -> None:
    off(stored)
    page = owner.get(reverse("works:detail", args=[stored.code])).content.decode()
    assert "Access is off" in page
    assert reverse("reasons:list") in page
    assert "before-after" not in page
    assert (
        reverse("works:preview", args=[stored.code, "after"])
        not in owner.get(reverse("works:list")).content.decode()
    )


def report_of(work: Work) -> Report:
    here = MarkedHere(work.code, State.INTACT, consent=State.BLOCKED)
    evidence = (Evidence(Layer.HASH, Finding.REGISTERED),)
    return Report(file="a.png", verdict=Verdict.CONFIRMED, marked_here=here, evidence=evidence, conflicts=())


def test_a_report_says_it_in_the_place_of_its_state(work: Work, off: Callable[..., Measure]) -> None:
    off(work)
    here = shown(report_of(work)).marked_here
    assert here is not None
    assert (here.state, here.consent) == ("blocked", "")
    assert "turned the access to it off" in here.sentence


def test_a_kept_report_says_it_too(work: Work) -> None:
    report = report_of(work)
    again = restored(kept_form(report), file="a.png")
    assert again.marked_here is not None
    assert again.marked_here.told is State.BLOCKED


def test_the_same_file_is_refused_and_what_looks_like_it_waits(
    work: Work, off: Callable[..., Measure], tmp_path: Path
) -> None:
    turned = [bytes(work.registration.fingerprint)]
    require_unlike_taken_down(work, turned)
    off(work)
    with pytest.raises(Refusal) as refused:
        require_not_taken_down(work.marked_sha256)
    assert (refused.value.code, refused.value.status) == ("blocked", 403)
    with pytest.raises(LooksTakenDown) as looks:
        require_unlike_taken_down(Work(number=1), turned)
    assert looks.value.number == work.pk
