from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.users.models import User
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import faces_of
from marking.works.models import Work
from marking.works.states import WorkState
from tests.marking.works.test_views import FIELDS, _png

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator(client: Client, verified_user: User) -> Client:
    client.force_login(verified_user)
    return client


def _page(work: Work) -> str:
    return reverse("works:faces", args=[work.code])


def test_it_frames_each_face_and_asks_about_each(creator: Client, asked: Work) -> None:
    text = creator.get(_page(asked)).content.decode()
    width, height = Image.open(BytesIO(_picture(creator, asked))).size
    assert f'viewBox="0 0 {width} {height}"' in text
    assert text.count("<rect ") == 2
    for face in faces_of(asked):
        x, y, w, h = face.shown
        assert f'<rect x="{x}" y="{y}" width="{w}" height="{h}"/>' in text
        assert text.count(f'name="face_{face.position}"') == 3
    assert "Until then the work is not marked" in text
    detail = creator.get(reverse("works:detail", args=[asked.code])).content.decode()
    assert "2 faces were found that your declaration does not account for" in detail
    assert _page(asked) in detail


def _picture(browser: Client, work: Work) -> bytes:
    response = browser.get(reverse("works:faces-picture", args=[work.code]))
    assert response["Content-Type"] == "image/jpeg"
    assert "sandbox" in response["Content-Security-Policy"]
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def test_it_records_the_answers_and_says_what_follows(creator: Client, waiting: Work) -> None:
    answers = {"face_1": "synthetic", "face_2": "not_a_face"}
    response = creator.post(_page(waiting), answers, follow=True)
    assert "The work is marked now" in response.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == WorkState.QUEUED
    text = creator.get(_page(waiting)).content.decode()
    assert "Record the answers" not in text
    assert "A synthetic face that is nobody" in text


def test_it_tells_of_the_consent_that_is_needed(creator: Client, waiting: Work) -> None:
    answers = {"face_1": "real_person", "face_2": "synthetic"}
    response = creator.post(_page(waiting), answers, follow=True)
    assert "waits for the consent of the person" in response.content.decode()
    text = creator.get(_page(waiting)).content.decode()
    assert 'name="face_1"' not in text  # stays what it was called
    assert text.count('name="face_2"') == 3


def test_the_page_of_its_consents_has_a_place_for_each_real_face(creator: Client, waiting: Work) -> None:
    creator.post(_page(waiting), {"face_1": "real_person", "face_2": "real_person"})
    page = creator.get(reverse("consenting:page", args=[waiting.code]))
    assert [each.elements for each in page.context["answers"]] == ["face", "face"]


@pytest.mark.parametrize("answer", ["synthetic", "not_a_face"])
def test_it_takes_one_answer_for_all(creator: Client, waiting: Work, answer: str) -> None:
    creator.post(_page(waiting), {"all": answer})
    assert {face.answer for face in faces_of(waiting)} == {answer}


@pytest.mark.parametrize(
    "answers", [{}, {"face_1": "synthetic"}, {"face_1": "my aunt", "face_2": "synthetic"}, {"all": "x"}]
)
def test_it_asks_again_where_an_answer_is_missing(
    creator: Client, waiting: Work, answers: dict[str, str]
) -> None:
    response = creator.post(_page(waiting), answers)
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert {face.answer for face in faces_of(waiting)} == {""}


def test_it_says_so_where_answers_come_too_late(creator: Client, waiting: Work) -> None:
    creator.post(_page(waiting), {"all": "synthetic"})
    response = creator.post(_page(waiting), {"face_1": "real_person", "face_2": "real_person"}, follow=True)
    assert "no longer waits for answers" in response.content.decode()


def test_it_says_so_where_somebody_else_was_faster(creator: Client, waiting: Work) -> None:
    """The other's answers come between this page's look at the work and its own answers."""

    def answered_meanwhile(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        result = execute(sql, params, many, context)
        if "marking_foundface" in sql and waiting.state == WorkState.AWAITING_ANSWERS:
            waiting.state = WorkState.QUEUED
            waiting.save(update_fields=["state"])
        return result

    with connection.execute_wrapper(answered_meanwhile):
        response = creator.post(_page(waiting), {"all": "not_a_face"})
    assert response["Location"] == reverse("works:detail", args=[waiting.code])
    assert {face.answer for face in faces_of(waiting)} == {""}
    text = creator.get(response["Location"]).content.decode()
    assert "no longer waits for answers" in text


def test_it_names_the_frame_in_which_a_face_was_found(creator: Client, waiting: Work) -> None:
    FoundFace.objects.filter(work=waiting, position=2).update(frame=40)
    text = creator.get(_page(waiting)).content.decode()
    assert "Face 2, in frame 41" in text
    assert "Face 1, in frame 1" in text


def test_it_shows_the_page_without_the_picture_where_that_is_gone(creator: Client, waiting: Work) -> None:
    assert creator.get(_page(waiting)).status_code == 200
    assert creator.get(reverse("works:faces-picture", args=[waiting.code])).status_code == 404


def test_it_leads_back_from_a_work_without_faces(creator: Client, queued: Work) -> None:
    assert creator.get(_page(queued))["Location"] == reverse("works:detail", args=[queued.code])


def test_it_is_nobody_elses_business(client: Client, other_user: User, waiting: Work) -> None:
    client.force_login(other_user)
    assert client.get(_page(waiting)).status_code == 404
    assert client.post(_page(waiting), {"all": "synthetic"}).status_code == 404


def test_it_takes_an_answer_about_every_face_beforehand(creator: Client) -> None:
    fields = {**FIELDS, "faces_declared_synthetic": "on", "pictures": [_png()]}
    creator.post(reverse("works:upload"), fields)
    work = Work.objects.get()
    assert work.faces_declared_synthetic
    text = creator.get(reverse("works:detail", args=[work.code])).content.decode()
    assert "Every face is synthetic" in text


def test_it_refuses_to_call_a_declared_face_synthetic(creator: Client) -> None:
    fields = {**FIELDS, "depicts": "face", "faces_declared_synthetic": "on", "pictures": [_png()]}
    response = creator.post(reverse("works:upload"), fields)
    assert response.status_code == 400
    assert "cannot both be declared" in response.content.decode()
    assert not Work.objects.exists()


def test_it_asks_whether_somebody_is_seen_more_than_once(creator: Client, waiting: Work) -> None:
    creator.post(_page(waiting), {"face_1": "real_person", "face_2": "real_person"})
    text = creator.get(_page(waiting)).content.decode()
    assert "Is somebody seen more than once?" in text
    assert creator.post(_page(waiting), {"same": "1", "same_2": "7"}).status_code == 400
    answer = creator.post(_page(waiting), {"same": "1", "same_2": "1"}, follow=True)
    assert "waits for the consent of the person whom" in answer.content.decode()
    assert [face.same_as for face in faces_of(waiting)] == [None, 1]
    Work.objects.filter(pk=waiting.pk).update(state=WorkState.QUEUED)
    assert "seen more than once" not in creator.get(_page(waiting)).content.decode()
    late = creator.post(_page(waiting), {"same": "1", "same_2": ""}, follow=True)
    assert "no longer waits for answers" in late.content.decode()
