"""Notes that refute false information: written by one, published by another, on the work and its copies, and everywhere at once."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.refutations.models import Refutation, RefutationVersion, RefutedWork
from marking.desk.refutations.queries import candidates_for, note_on, works_of
from marking.desk.refutations.services import (
    Wording,
    decide_on_copy,
    decline,
    publish,
    revise,
    take_back,
    withdraw,
    write,
)
from marking.verification.examine import examine
from marking.verification.restoring import kept_form, restored
from marking.works import refuting, services
from marking.works.models import Work
from tests.marking.desk.refutations.noted import EN, FORM, MINUTE, SOURCES, WORDING, ZH, copy_of
from tests.marking.verification.marked_files import NUMBER, MarkedFile, register
from tests.unrecorded import unrecorded


class TestFourEyes:
    def test_what_is_only_written_is_seen_nowhere(self, proposed: RefutationVersion, work: Work) -> None:
        assert note_on(work) is None
        assert Client().get(reverse("refutations:page", args=[proposed.refutation_id])).status_code == 404

    @pytest.mark.parametrize("act", [publish, decline])
    def test_who_wrote_it_does_not_decide(
        self, act: Callable[..., None], proposed: RefutationVersion, writer: User, publisher: User
    ) -> None:
        with pytest.raises(Refusal) as refusal:
            act(by=writer, version=proposed)
        assert refusal.value.code == "own_proposal"

        act(by=publisher, version=proposed)
        with pytest.raises(Refusal) as refusal:
            publish(by=publisher, version=proposed)
        assert refusal.value.code == "wrong_state"

    def test_who_wrote_it_takes_it_back_and_may_write_anew(
        self, proposed: RefutationVersion, writer: User, publisher: User
    ) -> None:
        with pytest.raises(Refusal) as refusal:
            withdraw(by=publisher, version=proposed)
        assert refusal.value.code == "not_proposer"
        withdraw(by=writer, version=proposed)
        assert proposed.state == "withdrawn"
        assert Record.objects.order_by("-sequence")[0].kind == "refutation.proposal_withdrawn"
        with pytest.raises(Refusal) as refusal:
            publish(by=publisher, version=proposed)
        assert refusal.value.code == "wrong_state"
        assert revise(by=writer, refutation=proposed.refutation, wording=WORDING).number == 2

    def test_the_database_lets_only_its_writer_take_it_back(
        self, proposed: RefutationVersion, publisher: User
    ) -> None:
        row = RefutationVersion.objects.filter(pk=proposed.pk)
        with pytest.raises(IntegrityError, match="taken_back_by_its_writer"), transaction.atomic():
            row.update(state="withdrawn", decided_at=timezone.now(), decided_by=publisher)

    def test_the_database_refuses_the_same_person(self, proposed: RefutationVersion, writer: User) -> None:
        row = RefutationVersion.objects.filter(pk=proposed.pk)
        decided = {"state": "published", "decided_at": timezone.now(), "decided_by": writer}
        with pytest.raises(IntegrityError, match="refutation_is_published_by_another"), transaction.atomic():
            row.update(**decided)
        with unrecorded():
            assert row.update(**decided, is_withdrawal=True) == 1

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("refutation_is_written_in_both_languages", {"zh": ""}),
            ("refutation_is_decided_by_somebody", {"state": "declined"}),
        ],
    )
    def test_the_database_refuses_what_cannot_be(
        self, name: str, changes: dict[str, Any], proposed: RefutationVersion
    ) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            RefutationVersion.objects.filter(pk=proposed.pk).update(**changes)

    def test_the_author_of_the_work_takes_no_part(
        self, work: Work, proposed: RefutationVersion, published: RefutationVersion, writer: User
    ) -> None:
        author, wording = work.owner, WORDING
        for act in (
            lambda: write(by=author, work=work, wording=wording),
            lambda: revise(by=author, refutation=published.refutation, wording=wording, withdraws=True),
            lambda: publish(by=author, version=published),
            lambda: take_back(by=author, refutation=published.refutation, wording=wording),
        ):
            with pytest.raises(Refusal) as refusal:
                act()
            assert refusal.value.code == "own_work"
        assert note_on(work) is not None

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"zh": "短"}, "text_length"),
            ({"en": "x" * 1001}, "text_length"),
            ({"signer": " "}, "signer_length"),
            ({"sources": ["javascript:alert(1)"]}, "sources_invalid"),
            ({"sources": ["https://"]}, "sources_invalid"),
            ({"sources": ["https://[bad"]}, "sources_invalid"),
            ({"sources": ["https://example.com/a b"]}, "sources_invalid"),
            ({"sources": ["https://example.com/"] * 21}, "sources_invalid"),
        ],
    )
    def test_it_refuses_what_cannot_be_a_note(
        self, changes: dict[str, Any], code: str, work: Work, writer: User
    ) -> None:
        said = {"zh": ZH, "en": EN, "sources": SOURCES, "signer": "Office"} | changes
        with pytest.raises(Refusal) as refusal:
            write(by=writer, work=work, wording=Wording(**said))
        assert refusal.value.code == code

    def test_a_work_that_was_never_released_is_not_refuted(self, work: Work, writer: User) -> None:
        Work.objects.filter(pk=work.pk).update(state="queued", released_at=None)
        work.refresh_from_db()
        with pytest.raises(Refusal) as refusal:
            write(by=writer, work=work, wording=WORDING)
        assert refusal.value.code == "never_released"


def _everywhere(work: Work, file: Path, language: str) -> dict[str, str]:
    """What everybody gets of a work, by the place where it is shown."""
    browser = Client(headers={"Accept-Language": language})
    upload = {"file": SimpleUploadedFile("a.png", file.read_bytes())}
    streamed = browser.post("/", upload)
    again = {"file": SimpleUploadedFile("a.png", file.read_bytes())}
    said = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("verify", str(file), stdout=said)
    as_json = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("verify", str(file), stdout=as_json, json=True)
    answer = browser.get(f"/v/{work.code}", headers={"Accept": "text/html"})
    assert int(re.findall(r"max-age=(\d+)", answer["Cache-Control"])[0]) < MINUTE
    return {
        "certificate": browser.get(f"/w/{work.code}").content.decode(),
        "status": answer.content.decode(),
        "status.json": json.dumps(browser.get(f"/v/{work.code}.json").json(), ensure_ascii=False),
        "report": b"".join(streamed.streaming_content).decode(),  # type: ignore[attr-defined]
        "api": json.dumps(browser.post("/api/v1/verifications", again).json(), ensure_ascii=False),
        "api certificate": json.dumps(
            browser.get(f"/api/v1/certificates/{work.code}").json(), ensure_ascii=False
        ),
        "command": said.getvalue() if language == "en" else EN,
        "command json": as_json.getvalue(),
    }


@pytest.mark.django_db(transaction=True)  # the thread that examines has a connection of its own
@pytest.mark.parametrize(("language", "text"), [("en", EN), ("zh-hans", ZH)])
def test_it_is_seen_everywhere_with_the_next_request(
    language: str, text: str, work: Work, marked: MarkedFile, writer: User, publisher: User, tmp_path: Path
) -> None:
    """D-7: visible in well under a minute, although certificate pages are kept as bytes."""
    file = tmp_path / "a.png"
    file.write_bytes(marked.data)
    before = _everywhere(work, file, language)
    assert not [place for place, page in before.items() if text in page and place != "command"]

    publish(by=publisher, version=write(by=writer, work=work, wording=WORDING))
    after = _everywhere(work, file, language)
    assert not [place for place, page in after.items() if (EN if "command" in place else text) not in page]
    assert json.loads(after["api"])["marked_here"]["state"] == "refuted"
    assert SOURCES[0] in after["certificate"]

    work.refresh_from_db()
    services.delete(by=work.owner, work=work)  # the author does not get rid of it
    left = _everywhere(work, file, language)
    assert not [place for place, page in left.items() if (EN if "command" in place else text) not in page]


def test_a_kept_report_tells_it_as_well(
    work: Work, marked: MarkedFile, published: RefutationVersion, tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(marked.data)
    report = examine(file, "a.png")
    kept = json.loads(json.dumps(kept_form(report)))

    assert report.marked_here is not None
    found = restored(kept, file="a.png").marked_here
    assert found is not None
    assert found.refutation == report.marked_here.refutation == note_on(work)
    assert found.told == report.marked_here.told


class TestVersions:
    def test_a_correction_keeps_what_was_said_before(
        self, work: Work, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        page = f"/w/{work.code}"
        assert EN in Client().get(page).content.decode()
        newer = Wording("讲话发生过，但内容不同。", "It was held, with other words.", [], "Office for Facts")
        version = revise(by=publisher, refutation=published.refutation, wording=newer)
        with pytest.raises(Refusal):  # one at a time
            revise(by=writer, refutation=published.refutation, wording=newer)
        assert EN in Client().get(page).content.decode()
        publish(by=writer, version=version)

        shown = Client().get(page).content.decode()
        assert newer.en in shown
        assert EN not in shown
        history = Client().get(reverse("refutations:page", args=[published.refutation_id])).content.decode()
        assert newer.en in history
        assert EN in history
        assert writer.producer_id not in history

    def test_a_note_that_was_taken_back_is_history(
        self, work: Work, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        back = Wording(
            "此说明有误，现予撤回。", "This note was wrong; we take it back.", [], "Office for Facts"
        )
        version = revise(by=publisher, refutation=published.refutation, wording=back, withdraws=True)
        publish(by=writer, version=version)

        assert note_on(work) is None
        assert back.en not in Client().get(f"/w/{work.code}").content.decode()
        history = Client().get(reverse("refutations:page", args=[published.refutation_id])).content.decode()
        assert back.en in history
        assert EN in history

    def test_of_several_notes_the_newest_that_stands_is_shown(
        self, work: Work, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        other = Wording("此画面出自一部电影。", "The picture is from a film.", [], "Office for Facts")
        second = write(by=writer, work=work, wording=other)
        publish(by=publisher, version=second)
        shown = note_on(work)
        assert shown is not None
        assert shown.en == other.en
        take_back(by=publisher, refutation=second.refutation, wording=other)
        shown = note_on(work)
        assert shown is not None
        assert shown.en == EN

    def test_the_log_tells_each_step(self, published: RefutationVersion) -> None:
        subject = f"refutation:{published.refutation_id}"
        kinds = Record.objects.filter(subject=subject).order_by("sequence").values_list("kind", flat=True)

        assert list(kinds) == ["refutation.proposed", "refutation.published"]

    def test_a_note_is_read_as_it_is_told(self, work: Work, published: RefutationVersion) -> None:
        note = note_on(work)

        assert note is not None
        assert refuting.from_dict(note.as_dict()) == note
        assert refuting.from_dict(None) is None


class TestCopies:
    def test_the_same_upload_under_another_number_carries_it(
        self, work: Work, published: RefutationVersion
    ) -> None:
        again = copy_of(work)
        assert note_on(again) == note_on(work)
        assert EN in Client().get(f"/w/{again.code}").content.decode()
        assert set(works_of(published.refutation)) == {work, again}

    def test_a_near_copy_carries_it_once_somebody_looked(
        self, work: Work, marked: MarkedFile, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        near = register(work.owner, marked, number=NUMBER + 1).work
        edited = copy_of(work, source_sha256="3" * 64, made_from=work.number)
        Work.objects.filter(pk=near.pk).update(source_sha256="2" * 64)
        near.refresh_from_db()
        refutation = published.refutation
        assert candidates_for(refutation) == [near, edited] or candidates_for(refutation) == [edited, near]
        page = f"/w/{near.code}"
        assert EN not in Client().get(page).content.decode()

        decide_on_copy(by=writer, refutation=refutation, work=near, is_same=True)
        decide_on_copy(by=writer, refutation=refutation, work=near, is_same=True)
        decide_on_copy(by=writer, refutation=refutation, work=edited, is_same=False)
        assert EN in Client().get(page).content.decode()
        assert note_on(edited) is None
        assert candidates_for(refutation) == []
        with pytest.raises(Refusal) as refusal:
            decide_on_copy(by=publisher, refutation=refutation, work=edited, is_same=True)
        assert refusal.value.code == "decided_before"
        kinds = Record.objects.filter(kind__startswith="refutation.copy").values_list("kind", flat=True)
        assert sorted(kinds) == ["refutation.copy_confirmed", "refutation.copy_dismissed"]

    def test_what_it_was_written_about_cannot_be_called_another(self, published: RefutationVersion) -> None:
        with pytest.raises(IntegrityError, match="written_about_is_the_same"), transaction.atomic():
            RefutedWork.objects.update(is_same=False)


class TestDesk:
    @pytest.fixture
    def browsers(self, writer: User, publisher: User) -> dict[str, Client]:
        found = {"writer": Client(), "publisher": Client()}
        found["writer"].force_login(writer)
        found["publisher"].force_login(publisher)
        return found

    def test_its_writer_takes_it_back_there(
        self, proposed: RefutationVersion, browsers: dict[str, Client]
    ) -> None:
        number = [proposed.refutation_id]
        page, taking_back = (
            reverse(f"refutation_desk:{each}", args=number) for each in ("refutation", "withdraw")
        )
        assert taking_back not in browsers["publisher"].get(page).content.decode()
        assert taking_back in browsers["writer"].get(page).content.decode()
        browsers["writer"].post(taking_back, {"version": 1})
        assert "Taken back by who proposed it" in browsers["writer"].get(page).content.decode()

    def test_it_goes_from_the_form_to_the_page(self, work: Work, browsers: dict[str, Client]) -> None:
        start = reverse("refutation_desk:list")
        assert browsers["writer"].post(start, FORM | {"work": "ZZZZZZZZZZ"}).status_code == 400
        assert browsers["writer"].post(start, FORM | {"work": work.code, "sources": "x"}).status_code == 422
        answer = browsers["writer"].post(start, FORM | {"work": work.code})
        refutation = Refutation.objects.get()
        assert answer["Location"] == reverse("refutation_desk:refutation", args=[refutation.pk])
        publishing = reverse("refutation_desk:publish", args=[refutation.pk])
        browsers["writer"].post(publishing, {"version": 1})
        assert note_on(work) is None
        assert publishing not in browsers["writer"].get(answer["Location"]).content.decode()
        assert publishing in browsers["publisher"].get(answer["Location"]).content.decode()
        assert EN[:20] in browsers["publisher"].get(start).content.decode()
        assert 'name="version" value="1"' in browsers["publisher"].get(answer["Location"]).content.decode()
        for unseen in ({}, {"version": 2}):
            moved = browsers["publisher"].post(publishing, unseen, follow=True).content.decode()
            assert "this note has moved on" in moved
            assert note_on(work) is None
        browsers["publisher"].post(publishing, {"version": 1})
        assert note_on(work) is not None

        revising = reverse("refutation_desk:revise", args=[refutation.pk])
        assert browsers["writer"].get(revising).status_code == 302
        assert browsers["writer"].post(revising, FORM | {"zh": ""}).status_code == 400
        assert browsers["writer"].post(revising, FORM | {"sources": "x"}).status_code == 422
        browsers["writer"].post(revising, FORM | {"withdraws": "on"})
        declining = reverse("refutation_desk:decline", args=[refutation.pk])
        browsers["publisher"].post(declining, {"version": 2})
        assert refutation.versions.get(number=2).state == "declined"
        assert note_on(work) is not None

    def test_a_copy_is_confirmed_there(
        self, work: Work, published: RefutationVersion, browsers: dict[str, Client]
    ) -> None:
        edited = copy_of(work, source_sha256="3" * 64, made_from=work.number)
        page = reverse("refutation_desk:refutation", args=[published.refutation_id])
        assert edited.code in browsers["writer"].get(page).content.decode()
        browsers["writer"].post(
            reverse("refutation_desk:copy", args=[published.refutation_id, edited.code]), {"is_same": "yes"}
        )

        assert note_on(edited) is not None


def test_it_reaches_who_looks_within_a_minute_by_every_cache(
    work: Work, published: RefutationVersion
) -> None:
    """No page that tells of a work may be kept for a minute or longer by anybody on the way."""
    for address in (f"/w/{work.code}", f"/v/{work.code}", f"/v/{work.code}.json"):
        ages = re.findall(r"max-age=(\d+)", Client().get(address).get("Cache-Control", ""))
        assert all(timedelta(seconds=int(age)) < timedelta(minutes=1) for age in ages)
