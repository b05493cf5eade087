from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.models import Grant
from consent.uses.models import Use
from consent.uses.services import NotCovered, check, go_live
from consent.uses.states import UseState
from consent.withdrawal.services import withdraw
from marking.consenting import tasks
from marking.works import execution, gate, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Job, Work
from marking.works.states import WorkState
from tests.consent.depicting import published, work_of
from tests.consent.people import proposed
from tests.mails import letters

pytestmark = pytest.mark.django_db
FACE = Declaration("G", "1", Kind.FACE, Depicts.FACE)


def submitted(creator: User, grant: Grant, path: Path) -> tuple[Work, Use]:
    """A work that waits for consent, and the use that it is."""
    work = services.submit(by=creator, path=path, name="a.png", declaration=FACE)
    use = proposed(creator, grant, work=work.code)
    Use.objects.filter(pk=use.pk).update(output_sha256=work.source_sha256)
    use.refresh_from_db()
    return work, use


def test_it_marks_and_releases_what_the_person_allows_and_nothing_afterwards(
    creator: User, person: User, grant: Grant, picture_file: Path
) -> None:
    work, use = submitted(creator, grant, picture_file)
    assert work.state == WorkState.AWAITING_CONSENT
    check(use)
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED
    execution.run(work.pk)
    work.refresh_from_db()
    use.refresh_from_db()
    assert (work.state, use.state) == (WorkState.RELEASED, UseState.LIVE)
    withdraw(by=person, grant=grant)
    work.refresh_from_db()
    assert work.state == WorkState.CONSENT_ENDED
    assert work.consent_ended_at == Use.objects.get().cut_off_at


def test_it_releases_nothing_that_was_withdrawn_while_it_was_marked(
    creator: User, person: User, grant: Grant, picture_file: Path
) -> None:
    work, use = submitted(creator, grant, picture_file)
    check(use)
    Work.objects.filter(pk=work.pk).update(state=WorkState.MARKING)
    withdraw(by=person, grant=grant)
    execution.run(work.pk)
    work.refresh_from_db()
    use.refresh_from_db()
    assert (work.state, use.state) == (WorkState.AWAITING_CONSENT, UseState.PROPOSED)
    assert [each["clause"] for each in use.trace] == ["state"]
    folder = Path(default_storage.path("."))
    assert [each.name for each in folder.rglob(f"{work.code}*")] == [work.code]


def test_it_takes_a_work_out_of_the_queue(creator: User, person: User, grant: Grant) -> None:
    work = work_of(creator)
    check(proposed(creator, grant, work=work.code))
    assert Job.objects.filter(work=work).exists()
    withdraw(by=person, grant=grant)
    work.refresh_from_db()
    assert work.state == WorkState.AWAITING_CONSENT
    assert not Job.objects.filter(work=work).exists()


def test_it_gives_out_no_file_once_consent_ended(
    client: Client, creator: User, person: User, grant: Grant
) -> None:
    work, _use = published(creator, grant)
    client.force_login(creator)
    addresses = [f"/works/{work.code}/download", f"/works/{work.code}/preview/after"]
    assert [b"".join(client.get(each).streaming_content) for each in addresses] == [b"a marked file"] * 2
    withdraw(by=person, grant=grant)
    for answer in map(client.get, addresses):
        assert answer.status_code == 410
        assert b"Lin" not in answer.content
        assert person.producer_id.encode() not in answer.content


def test_it_lets_out_nothing_of_which_nobody_said_who_is_shown_or_whose_file_is_another(
    creator: User, grant: Grant
) -> None:
    work = work_of(creator)
    with pytest.raises(NotCovered) as missing, transaction.atomic():
        gate.let_out(work, (), faces=0, now=timezone.now())
    assert [each.clause for each in missing.value.decision.trace] == ["depicted"]
    check(proposed(creator, grant, work=work.code))
    work.source_sha256 = "f" * 64
    with pytest.raises(NotCovered) as missing, transaction.atomic():
        gate.let_out(work, (), faces=0, now=timezone.now())
    assert [each.clause for each in missing.value.decision.trace] == ["content"]


def test_what_is_live_does_not_go_live_again(creator: User, grant: Grant) -> None:
    _work, use = published(creator, grant)
    with pytest.raises(Refusal, match="Meanwhile"), transaction.atomic():
        go_live(use, now=timezone.now())


def test_the_worker_tells_who_had_a_file(creator: User, person: User, grant: Grant) -> None:
    work, _use = published(creator, grant)
    services.record_download(by=creator, work=work)
    tasks.tell(work.pk)
    assert [each.to for each in letters()] == [[creator.email]]


def test_a_download_that_waited_for_its_turn_is_asked_again(
    creator: User, person: User, grant: Grant
) -> None:
    """The withdrawal comes between the first look at the work and the record of the download."""
    work, _use = published(creator, grant)
    held = Work.objects.get(pk=work.pk)
    withdraw(by=person, grant=grant)
    with pytest.raises(gate.Ended), transaction.atomic():
        services.record_download(by=creator, work=held)
    assert not Record.objects.filter(kind="work.downloaded").exists()


def test_a_real_face_goes_nowhere_without_a_use_whatever_was_declared(creator: User) -> None:
    work = work_of(creator, "marking", depicts="nobody")
    gate.let_out(work, [], faces=0, now=timezone.now())
    with pytest.raises(NotCovered):
        gate.let_out(work, [], faces=1, now=timezone.now())
