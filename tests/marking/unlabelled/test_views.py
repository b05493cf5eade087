"""The pages of a copy without the visible label."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.records.models import Record
from accounts.users.models import User
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.services import MOST_SENT, file_name
from marking.unlabelled.terms import current_terms
from marking.works.models import Work
from tests.marking.unlabelled.conftest import PURPOSE
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db

FORM = {"terms": current_terms().version, "purpose": PURPOSE, "accepted": "on"}


@pytest.fixture
def owner(client: Client, verified_user: User) -> Client:
    client.force_login(verified_user)
    return client


def page_of(work: Work) -> str:
    return reverse("unlabelled:page", args=[work.code])


def download_of(work: Work) -> str:
    return reverse("unlabelled:download", args=[work.code])


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The duty to label passes to you."), ("zh-hans", "标识义务由您承担。")]
)
def test_it_shows_the_duties_in_the_readers_language(
    owner: Client, work: Work, language: str, words: str
) -> None:
    page = owner.get(page_of(work), headers={"Accept-Language": language}).content.decode()
    assert words in page
    assert 'name="accepted"' in page


def test_the_page_of_the_work_leads_there(owner: Client, work: Work) -> None:
    assert page_of(work) in owner.get(reverse("works:detail", args=[work.code])).content.decode()


def test_it_takes_a_request_and_shows_how_far_it_is(owner: Client, work: Work) -> None:
    page = owner.post(page_of(work), FORM, follow=True).content.decode()
    assert UnlabelledCopy.objects.count() == 1
    assert "it is made in a moment" in page
    assert 'name="accepted"' not in page


@pytest.mark.parametrize("missing", ["terms", "purpose", "accepted"])
def test_it_takes_none_without_purpose_and_acceptance(owner: Client, work: Work, missing: str) -> None:
    fields = {name: value for name, value in FORM.items() if name != missing}
    assert owner.post(page_of(work), fields).status_code == 400
    assert not UnlabelledCopy.objects.exists()


def progress_of(work: Work) -> str:
    return reverse("unlabelled:progress", args=[work.code])


def test_it_follows_a_copy_that_is_being_made(owner: Client, asked: UnlabelledCopy, work: Work) -> None:
    page = owner.get(page_of(work)).content.decode()
    assert f'hx-get="{progress_of(work)}"' in page
    assert "<script" in page
    answer = owner.get(progress_of(work))
    assert "it is made in a moment" in answer.content.decode()
    assert "HX-Refresh" not in answer


def test_it_stops_following_a_copy_that_is_made(owner: Client, ready: UnlabelledCopy, work: Work) -> None:
    assert "hx-get" not in owner.get(page_of(work)).content.decode()
    assert owner.get(progress_of(work))["HX-Refresh"] == "true"


def test_it_stops_following_a_copy_that_was_never_asked_for(owner: Client, work: Work) -> None:
    assert owner.get(progress_of(work))["HX-Refresh"] == "true"


def test_it_offers_no_download_that_would_be_refused(
    owner: Client, ready: UnlabelledCopy, work: Work
) -> None:
    UnlabelledCopy.objects.filter(pk=ready.pk).update(sent=MOST_SENT, last_sent_at=timezone.now())
    page = owner.get(page_of(work)).content.decode()
    assert download_of(work) not in page
    assert f"It was sent {MOST_SENT} times" in page


def test_it_names_the_type_of_the_file_that_is_sent(owner: Client, ready: UnlabelledCopy, work: Work) -> None:
    Work.objects.filter(pk=work.pk).update(media_type="image/heic", marked_media_type="image/png")
    assert owner.post(download_of(work))["Content-Type"] == "image/png"


def test_it_says_why_a_request_is_refused(owner: Client, asked: UnlabelledCopy, work: Work) -> None:
    page = owner.post(page_of(work), FORM, follow=True).content.decode()
    assert "was asked for already" in page


def test_it_sends_the_copy_as_an_attachment_and_only_by_post(
    owner: Client, ready: UnlabelledCopy, work: Work
) -> None:
    assert download_of(work) in owner.get(page_of(work)).content.decode()
    assert owner.get(download_of(work)).status_code == 405
    response = owner.post(download_of(work))
    assert Record.objects.filter(kind="work.unlabelled_copy_sent").count() == 1  # not a byte was read yet
    with default_storage.open(file_name(work)) as file:
        assert b"".join(response.streaming_content) == file.read()
    assert response["Content-Disposition"] == f'attachment; filename="{work.code}-unlabelled.png"'
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_the_record_stays_when_the_sending_breaks_off(
    owner: Client, ready: UnlabelledCopy, work: Work
) -> None:
    owner.post(download_of(work)).close()
    assert Record.objects.filter(kind="work.unlabelled_copy_sent").count() == 1


def test_it_asks_for_the_csrf_token(verified_user: User, ready: UnlabelledCopy, work: Work) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(verified_user)
    assert strict.post(download_of(work)).status_code == 403
    assert strict.post(page_of(work), FORM).status_code == 403


def test_it_sends_back_to_the_page_where_there_is_nothing_to_send(owner: Client, work: Work) -> None:
    response = owner.post(download_of(work))
    assert response["Location"] == page_of(work)
    assert not Record.objects.filter(kind="work.unlabelled_copy_sent").exists()


def test_it_is_nobody_elses_business(
    client: Client, other_user: User, ready: UnlabelledCopy, work: Work
) -> None:
    assert client.get(page_of(work)).status_code == 302
    client.force_login(other_user)
    for response in (
        client.get(page_of(work)),
        client.post(page_of(work), FORM),
        client.post(download_of(work)),
    ):
        assert response.status_code == 404


def test_it_says_what_became_of_the_last_one(owner: Client, asked: UnlabelledCopy, work: Work) -> None:
    with unrecorded():
        UnlabelledCopy.objects.update(state="failed", failure="out_of_time")
    page = owner.get(page_of(work)).content.decode()
    assert "could not be made" in page
    assert "took too long" in page
    assert 'name="accepted"' in page


def test_it_is_not_there_where_the_site_does_not_offer_it(
    owner: Client, work: Work, settings: Settings
) -> None:
    values = {**settings.ENVIRONMENT.values, "YINJI_UNLABELLED_COPIES": False}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values=values)
    page = owner.get(page_of(work), follow=True)
    assert page.redirect_chain[-1][0] == reverse("works:detail", args=[work.code])
    assert page_of(work) not in page.content.decode()
    assert "gives out no copies" in page.content.decode()
