"""What somebody does who holds the database and not the keys: found by ``records verify --deep``, and nothing is given out for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.api.services import create_client
from accounts.records import triggers
from accounts.records.models import Record, RecordBody
from accounts.records.verify import verify
from accounts.users.models import User
from consent.grants.models import Grant, Suspension
from consent.receipts.models import Receipt
from consent.scope import GrantState, Proof
from consent.uses import allowing
from consent.uses.models import DepictedPerson, Use
from consent.uses.previewing import approve
from consent.uses.states import UseState
from consent.withdrawal.restoring import restore
from consent.withdrawal.services import withdraw
from consent.withdrawal.suspension import lift, suspend
from marking.held import works
from marking.works import gate
from marking.works.files import preview_name
from marking.works.models import Work
from marking.works.responses import CutOff, require_released
from marking.works.standing import Standing, dark_since, standing_of
from marking.works.states import WorkState
from tests.consent.depicting import awaiting_preview, published, work_of
from tests.consent.people import NUMBERS, account, granted
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def online(creator: User, grant: Grant) -> tuple[Work, Use]:
    return published(creator, grant)


def bearer(client: Client, owner: User) -> dict[str, str]:
    """Headers of a machine that may read what ``owner`` has."""
    made = create_client(by=owner, name="t")
    form = {
        "grant_type": "client_credentials", "client_id": made.client.id, "client_secret": made.secret, "scope": "works:read",
    }  # fmt: skip
    token = client.post("/identity/o/api/token", form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def found() -> set[str]:
    """The codes of everything that is found; works here are rows that no record tells of, which is found each time."""
    return {each.code for each in verify(is_deep=True).told} - {"work_state", "work_unrecorded"}


def test_what_is_done_by_the_site_itself_is_as_the_log_tells(
    person: User, creator: User, grant: Grant
) -> None:
    published(creator, grant)
    suspend(grant, Suspension.DISPUTE, by=None)
    lift(grant, by=None)
    assert found() == set()
    withdraw(by=person, grant=grant)
    assert found() == set()
    grant.refresh_from_db()
    restore(person, grant, {"text": "I agree again.", "locale": "en"}, Proof.SIGNED)
    assert found() == set()
    use = awaiting_preview(person, creator, work_of(creator))
    place = use.people.get()
    approve(by=person, place=place, sha256=use.output_sha256)
    assert found() == set()


@pytest.mark.parametrize(
    ("done", "code"),
    [
        (lambda: DepictedPerson.objects.all().delete(), "use_people"),
        (lambda: Use.objects.update(faces=0, state=UseState.CUT_OFF, cut_off_at=timezone.now()), "use_state"),
        (lambda: Use.objects.update(subject="work:0000000009"), "use_subject"),
        (lambda: Use.objects.update(output_sha256="f" * 64), "use_people"),
        (lambda: Grant.objects.update(consumed=0), "grant_consumed"),
        (lambda: Receipt.objects.update(version=9), "receipt_changed"),
        (lambda: Receipt.objects.filter(side="person").update(jws="a.b.c"), "receipt_changed"),
        (lambda: Receipt.objects.filter(side="person").delete(), "receipt_missing"),
        (
            lambda: DepictedPerson.objects.update(approved_sha256="0" * 64, approved_at=timezone.now()),
            "use_approval",
        ),
        (lambda: (DepictedPerson.objects.all().delete(), Use.objects.all().delete()), "use_missing"),
    ],
)
def test_it_finds_what_was_done_past_the_site(
    online: tuple[Work, Use], done: Callable[[], object], code: str
) -> None:
    with unrecorded():
        done()
    assert code in found()


def test_what_was_emptied_is_held_against_nobody(
    person: User, creator: User, online: tuple[Work, Use]
) -> None:
    use = awaiting_preview(person, creator, work_of(creator))
    approve(by=person, place=use.people.get(), sha256=use.output_sha256)
    triggers.remove(connection)
    RecordBody.objects.update(content=b"")
    told = {each for each in found() if each.startswith(("use_", "receipt_", "grant_", "decision", "work_"))}
    assert told == set()


def test_files_leave_by_no_way_while_access_is_off_or_a_grant_does_not_stand(
    creator: User, online: tuple[Work, Use]
) -> None:
    work, _use = online
    assert gate.is_served(work)
    assert released_files(creator)
    for row, changes in (
        (Work, {"blocked_at": timezone.now()}),
        (Grant, {"state": GrantState.WITHDRAWN, "ended_at": timezone.now()}),
    ):
        with transaction.atomic():
            row.objects.update(**changes)
            work.refresh_from_db()
            assert not gate.is_served(work)
            assert not released_files(creator)
            with pytest.raises(CutOff):
                require_released(work.pk)
            transaction.set_rollback(True)


def released_files(owner: User) -> list[str]:
    """What of a copy of one's data is a file of a work."""
    return [each.name for each in works(owner) if each.name.startswith("released/")]


def test_it_finds_a_receipt_that_nobody_issued(online: tuple[Work, Use]) -> None:
    receipt = Receipt.objects.filter(side="person").get()
    fields = {each.attname: getattr(receipt, each.attname) for each in Receipt._meta.concrete_fields}
    Receipt.objects.create(
        **{**fields, "reference": "00000000-0000-4000-8000-000000000000", "version": 7, "sha256": "e" * 64}
    )
    assert "receipt_unrecorded" in found()


def test_it_finds_a_grant_that_was_taken_away(grant: Grant) -> None:
    Receipt.objects.all().delete()
    grant.evidence.delete()
    Grant.objects.all().delete()
    assert {"grant_missing", "receipt_missing"} <= found()


def test_it_finds_that_one_person_of_two_was_taken_out_before_the_release(
    person: User, creator: User
) -> None:
    from consent.scope import Element, Operation
    from consent.uses.depicting import add_granted, leave_out
    from consent.uses.services import propose

    other = account("wang@example.com", "Wang Fang", NUMBERS[3])
    work = work_of(creator)
    use = propose(owner=creator, subject=gate.subject_of(work), output_sha256="0" * 64)
    for each in (person, other):
        grant = granted(each, creator)
        add_granted(use, by=creator, grant=grant, elements=[Element.FACE], operations=[Operation.FACE_SWAP])
    leave_out(use.people.get(position=0))
    assert found() == set()
    use.people.all().delete()
    assert found() == {"use_people"}


def test_a_work_put_back_to_released_is_given_out_by_no_way(
    client: Client, person: User, creator: User, grant: Grant, online: tuple[Work, Use]
) -> None:
    work, _use = online
    withdraw(by=person, grant=grant)
    with unrecorded():
        Work.objects.filter(pk=work.pk).update(
            state=WorkState.RELEASED, consent_ended_at=None, files_due_at=None
        )
    work.refresh_from_db()
    assert standing_of(work).standing is Standing.ENDED
    assert client.get(f"/v/{work.code}.json").json()["status"] == "ended"
    certificate = client.get(f"/api/v1/certificates/{work.code}").json()
    assert (certificate["state"], certificate["consent"]) == ("consent_ended", "ended")
    client.force_login(creator)
    for address in ("download", "preview/after"):
        assert client.get(f"/works/{work.code}/{address}").status_code == 410
    headers = bearer(client, creator)
    answer = client.get(f"/api/v1/works/{work.code}/download", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (410, "consent_ended")
    with unrecorded():
        Use.objects.update(state=UseState.LIVE)
    assert client.get(f"/works/{work.code}/download").status_code == 410
    assert {"work_not_allowed", "use_state"} <= found()


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"state": GrantState.SUSPENDED, "suspended_because": "dispute"}, Standing.DISPUTED),
        (
            {"ends_at": timezone.now() - timedelta(hours=2), "given_at": timezone.now() - timedelta(days=2)},
            Standing.ENDED,
        ),
        ({"state": GrantState.SUPERSEDED, "ended_at": timezone.now()}, Standing.ENDED),
    ],
)
def test_a_live_use_is_given_out_only_while_every_grant_stands(
    online: tuple[Work, Use], changes: dict[str, object], standing: Standing
) -> None:
    work, _use = online
    gate.require_served(work)
    with unrecorded():
        Grant.objects.update(**changes)
    with pytest.raises(gate.Ended):
        gate.require_served(work)
    assert standing_of(work).standing is standing
    assert "work_not_allowed" in found()


def test_a_use_is_over_with_its_own_time_before_anybody_sweeps(online: tuple[Work, Use]) -> None:
    work, _use = online
    Use.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(gate.Ended):
        gate.require_served(work)
    assert "work_not_allowed" not in found()


def test_what_was_renewed_stays_and_renewals_in_a_circle_end(
    person: User, creator: User, grant: Grant, online: tuple[Work, Use]
) -> None:
    from consent.grants.services import give
    from consent.withdrawal.services import end
    from tests.consent.people import scope_for

    work, _use = online
    facts = {"text": "I agree.", "locale": "en"}
    new = give(
        person=person,
        grantee=creator,
        scope=scope_for(creator),
        proof=Proof.SIGNED,
        facts=facts,
        renews=grant,
    )
    gate.require_served(work)
    with unrecorded():
        Grant.objects.filter(pk=new.pk).update(state=GrantState.SUPERSEDED, ended_at=timezone.now())
    Grant.objects.filter(pk=grant.pk).update(renews=new)
    with pytest.raises(gate.Ended):
        gate.require_served(work)
    assert "grant_renews" in found()
    with unrecorded():
        Grant.objects.filter(pk=new.pk).update(state=GrantState.ACTIVE, ended_at=None)
    end(Grant.objects.get(pk=new.pk), GrantState.WITHDRAWN, by=person)
    work.refresh_from_db()
    assert work.state == WorkState.CONSENT_ENDED


def test_what_nobody_can_date_is_being_settled(creator: User, online: tuple[Work, Use]) -> None:
    work, _use = online
    DepictedPerson.objects.all().delete()
    now = timezone.now()
    dark = dark_since(work, now=now)
    assert dark is not None
    assert (dark.standing, dark.since) == (Standing.DISPUTED, now)
    shown = work_of(creator, "released")
    assert standing_of(shown).standing is Standing.DISPUTED
    assert standing_of(work_of(creator, "released", depicts="nobody")).standing is Standing.NOT_REQUIRED


def test_it_asks_the_database_for_a_file_once_after_clocks_and_once_after_consents(
    online: tuple[Work, Use], django_assert_num_queries: Callable[..., object]
) -> None:
    work, _use = online
    with django_assert_num_queries(2):
        gate.require_served(work)
    with django_assert_num_queries(1):
        allowing.allowances([gate.subject_of(work), "work:0000000009"], timezone.now())


def test_the_command_names_what_it_found(
    online: tuple[Work, Use], capsys: pytest.CaptureFixture[str]
) -> None:
    work, _use = online
    DepictedPerson.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("records", "verify", "--deep")
    assert f"work:{work.code}: It is released, and somebody shown" in capsys.readouterr().out


def test_a_file_that_the_storage_has_lost_is_an_answer_and_a_line_for_the_operator(
    client: Client, creator: User, online: tuple[Work, Use], caplog: pytest.LogCaptureFixture
) -> None:
    work, _use = online
    for name in (work.marked_path, preview_name(work.code, "after")):
        default_storage.delete(name)
    client.force_login(creator)
    for address in ("download", "preview/after"):
        answer = client.get(f"/works/{work.code}/{address}")
        assert answer.status_code == 503
        assert b"cannot be found in the site" in answer.content
    answer = client.get(f"/api/v1/works/{work.code}/download", headers=bearer(client, creator))
    assert (answer.status_code, answer.json()["code"]) == (503, "file_missing")
    assert not Record.objects.filter(kind="work.downloaded").exists()
    assert f"a file of work {work.code} cannot be opened: {work.marked_path}" in caplog.text


def test_a_work_of_nobody_real_stays_online_whoever_opens_its_pages_of_consent(
    client: Client, creator: User
) -> None:
    work = work_of(creator, "released", depicts="nobody")
    client.force_login(creator)
    assert client.get(f"/works/{work.code}/consent/terms").status_code == 200
    assert Use.objects.get().state == UseState.PROPOSED
    assert client.get(f"/works/{work.code}/download").status_code == 200
    assert standing_of(work).standing is Standing.NOT_REQUIRED
    assert "work_not_allowed" not in found()
    Work.objects.filter(pk=work.pk).update(depicts="face")
    assert client.get(f"/works/{work.code}/download").status_code == 410
