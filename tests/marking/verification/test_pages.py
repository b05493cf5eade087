"""The pages of a report …"""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.html import conditional_escape
from pytest_django.fixtures import Settings

from marking.verification import intake, wording
from marking.verification.accepted import limits
from marking.verification.models import KeptReport
from marking.verification.presentation import ShownOrigin, shown
from marking.verification.report import Report
from tests.conftest import photograph
from tests.marking.verification.kept_reports import a_kept_report, altered_report, three_views
from tests.marking.verification.marked_files import CODE, png_of

pytestmark = pytest.mark.django_db


def outcome(report: Report) -> str:
    """What ends a check, as the page has it."""
    context = {"report": shown(report), "limits": limits(), "offer": "signed", "days": 30}
    return render_to_string("marking/verification/_outcome.html", context)


def test_it_says_the_verdict_first_and_how_sure_it_is() -> None:
    page = outcome(altered_report())
    assert page.index("Confirmed: this is marked as AI-generated.") < page.index("How sure is this?")
    assert "Practically certain" in page
    assert '<h1 tabindex="-1" autofocus>' in page


def test_it_tells_of_conflicts_and_of_each_removed_mark_with_its_clauses() -> None:
    page = outcome(altered_report())
    assert "What does not fit together" in page
    assert conditional_escape(wording.conflict_sentence("copied_label")) in page
    assert "Forbidden by: Labelling Measures Art. 10, Deep Synthesis Provisions Art. 18." in page
    assert "It is there, but it no longer matches the file." in page


def test_it_shows_the_pictures_and_tells_the_numbered_regions_in_words() -> None:
    page = outcome(altered_report(views=three_views()))
    assert page.count('src="data:image/jpeg;base64,') == 3
    assert "Where: at the upper left, about 1 % of the picture. This is almost certain." in " ".join(
        page.split()
    )
    assert all(re.search(r'alt="[^"]+"', image) for image in re.findall(r"<img[^>]+>", page))


def test_without_pictures_the_changes_are_told_in_words() -> None:
    page = outcome(altered_report())
    assert "data:image" not in page
    assert "Cropped: a part of the released picture is not in this file." in page


def test_it_says_that_no_changed_part_was_found() -> None:
    assert "No changed part was found." in outcome(altered_report((), views=three_views()))


def test_it_says_nothing_of_what_is_not_known() -> None:
    page = outcome(altered_report())
    assert "Consent of the people shown" not in page
    assert "Refutation" not in page


def test_it_has_room_for_consent_and_refutation() -> None:
    here = ShownOrigin(CODE, "refuted", [], f"/w/{CODE}", None, "It was.", "ended on Sunday", "It is not so.")
    page = render_to_string("marking/verification/_marked_here.html", {"here": here})
    assert "ended on Sunday" in page
    assert "It is not so." in page


def test_a_result_is_kept_only_when_its_form_is_sent() -> None:
    browser = Client(enforce_csrf_checks=True)
    file = SimpleUploadedFile("secret name.png", png_of(photograph(64, 64)))
    page = b"".join(browser.post("/", {"file": file})).decode()  # type: ignore[arg-type]
    assert not KeptReport.objects.exists()
    signed = re.search(r'name="report" value="([^"]+)"', page)
    assert signed is not None

    answer = browser.post("/checks/", {"report": signed[1]})
    assert answer.status_code == 303
    assert re.fullmatch(r"/checks/[\w-]{22}", answer["Location"])
    kept = browser.get(answer["Location"])
    assert kept.status_code == 200
    assert "A result as of" in kept.content.decode()
    assert "secret name" not in kept.content.decode()
    assert "noindex" in kept["X-Robots-Tag"]
    assert (kept["Cache-Control"], kept["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not browser.cookies

    again = browser.post("/checks/", {"report": signed[1], "with_name": "yes"})
    assert again["Location"] == answer["Location"]


def test_a_result_whose_time_is_over_is_gone() -> None:
    token = a_kept_report()
    assert Client().get(f"/checks/{token}").status_code == 200
    past = timezone.now() - timedelta(days=40)
    KeptReport.objects.update(kept_at=past, expires_at=past + timedelta(days=30))
    answer = Client().get(f"/checks/{token}")
    assert answer.status_code == 410
    assert "not kept any more" in answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"]
    assert not KeptReport.objects.exists()


def test_what_is_not_from_here_is_not_kept() -> None:
    answer = Client().post("/checks/", {"report": "made up"})
    assert answer.status_code == 400
    assert "not a result of this site" in answer.content.decode()
    assert Client().get("/checks/").status_code == 405


def test_keeping_counts_as_asking() -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.8")
    for now in (time.time(), time.time() + 60):
        for _ in range(intake.PER_MINUTE):
            intake.count_request(request, now=now)
    answer = Client().post("/checks/", {"report": "made up"}, REMOTE_ADDR="203.0.113.8")
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_the_form_takes_labelled_films_sounds_and_documents() -> None:
    page = Client().get("/").content.decode()
    for kind in ("image/png", "video/*", "audio/*", "application/pdf", ".docx", ".md"):
        assert kind in page
    assert "Content credential" in page
    assert "A photo of a screen" in page


def test_the_way_to_a_complaint_is_shown_where_there_is_a_desk(settings: Settings) -> None:
    name = "marking/verification/_complain.html"
    settings.ROOT_URLCONF = "tests.marking.verification.desk_urls"
    assert f'href="/complaints/new?work={CODE}"' in render_to_string(name, {"work": CODE})
    assert 'href="/complaints/new?about=tool_feedback"' in render_to_string(name)
    settings.ROOT_URLCONF = "marking.verification.urls"
    assert "href" not in render_to_string(name, {"work": CODE})
