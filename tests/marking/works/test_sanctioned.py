"""Works of accounts that are kept from making them: refused at the door, resting in the queue, going on by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.sanctions.gate import Limited
from accounts.sanctions.models import Sanction
from accounts.sanctions.states import Function, Step
from accounts.users.models import User
from accounts.users.queries import current_agreement
from consent.requests import delivery
from consent.requests.models import Request
from consent.requests.services import draft, send
from marking import held
from marking.unlabelled import making
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.states import CopyState
from marking.unlabelled.terms import current_terms
from marking.works import execution, jobs, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from marking.works.sanctioned import held_back, is_held_back
from marking.works.states import WorkState
from tests.accounts.sanctions.decisions import sanctioned
from tests.consent.depicting import work_of
from tests.consent.people import scope_for

FACE, VOICE = Function.FACE_EDIT, Function.VOICE_EDIT
Limit = Callable[..., Sanction]


@pytest.fixture
def limit(verified_user: User, operator: User) -> Limit:
    """Keeps the owner from functions, from now on."""

    def _limit(*functions: Function, step: Step = Step.LIMIT) -> Sanction:
        return sanctioned(verified_user, operator, step, now=timezone.now(), functions=functions)

    return _limit


def _end(sanction: Sanction) -> None:
    now = timezone.now()
    Sanction.objects.filter(pk=sanction.pk).update(begins_at=now - timedelta(days=9), ends_at=now)


@pytest.mark.parametrize(
    ("kind", "depicts", "edits"),
    [
        (Kind.SCENE, Depicts.NOBODY, set()),
        (Kind.FACE, Depicts.NOBODY, {FACE}),
        (Kind.VOICE, Depicts.NOBODY, {VOICE}),
        (Kind.SCENE, Depicts.FACE, {FACE}),
        (Kind.FACE, Depicts.VOICE, {FACE, VOICE}),
        (Kind.OTHER, Depicts.FACE_AND_VOICE, {FACE, VOICE}),
    ],
)
def test_a_declaration_says_which_functions_it_needs(
    kind: Kind, depicts: Depicts, edits: set[Function]
) -> None:
    assert Declaration("G", "", kind, depicts).functions == {Function.GENERATE, Function.PUBLISH, *edits}


@pytest.mark.parametrize("function", [Function.GENERATE, Function.PUBLISH, FACE])
def test_a_file_is_refused_before_it_is_stored(
    function: Function, limit: Limit, verified_user: User, picture_file: Path
) -> None:
    limit(function)
    declaration = Declaration("G", "", Kind.FACE, Depicts.NOBODY)

    with pytest.raises(Limited):
        services.submit(by=verified_user, path=picture_file, name="a.png", declaration=declaration)
    assert not Work.objects.exists()


@pytest.mark.parametrize("step", [Step.LIMIT, Step.SUSPEND])
def test_a_queued_work_rests_and_goes_on_when_the_time_is_over(
    step: Step, limit: Limit, submitted: Work
) -> None:
    sanction = limit(*([Function.PUBLISH] if step is Step.LIMIT else []), step=step)
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.job.attempts) == (WorkState.QUEUED, 0)
    assert jobs.sweep(now=timezone.now() + timedelta(minutes=1)) == 0

    _end(sanction)
    assert jobs.sweep(now=timezone.now() + timedelta(minutes=1)) == 1
    assert jobs.claim(submitted.pk, now=timezone.now()) is not None


def test_a_work_that_is_being_marked_is_not_released(limit: Limit, submitted: Work) -> None:
    lease = jobs.claim(submitted.pk, now=timezone.now())
    assert lease is not None
    submitted.refresh_from_db()
    with execution.files.workspace() as folder, execution.files.local(submitted.source_path) as source:
        order = execution.order_for(submitted, source=source, folder=folder)
        marked = execution.mark_picture(lambda step: None, order)
        sanction = limit(Function.PUBLISH)
        execution.release(submitted, lease, marked)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.marked_path, submitted.released_at) == (WorkState.QUEUED, "", None)

    _end(sanction)
    assert jobs.claim(submitted.pk, now=timezone.now()) is not None


def test_the_query_agrees_with_each_work(limit: Limit, verified_user: User) -> None:
    works = [work_of(verified_user, kind=kind, depicts=depicts) for kind in Kind for depicts in Depicts]
    for function in (FACE, VOICE, Function.DOWNLOAD, Function.GENERATE):
        sanction, now = limit(function), timezone.now()
        held = set(Work.objects.filter(held_back("", now)).values_list("pk", flat=True))
        assert held == {each.pk for each in works if is_held_back(each, now)}
        _end(sanction)


def test_a_copy_without_the_label_rests(limit: Limit, verified_user: User) -> None:
    work = work_of(verified_user, "released", kind="scene", depicts="nobody")
    copy = UnlabelledCopy.objects.create(
        work=work, requested_by=verified_user, purpose=b"", agreement=current_agreement(), state=CopyState.REQUESTED,
        terms_version=current_terms().version, terms_sha256=current_terms().sha256,
    )  # fmt: skip
    sanction = limit(Function.GENERATE)
    making.make(copy.pk)
    copy.refresh_from_db()
    assert (copy.state, copy.attempts) == (CopyState.REQUESTED, 0)

    _end(sanction)
    assert making._claim(copy.pk, now=timezone.now()) is not None


def test_a_request_that_was_sent_rests(limit: Limit, verified_user: User) -> None:
    request = draft(
        by=verified_user, name="Lin Mei", address="lin@example.com", scope=scope_for(verified_user)
    )
    send(by=verified_user, request=request)
    Request.objects.filter(pk=request.pk).update(reminders=1)
    sanction = limit(Function.REQUEST_CONSENT)
    assert not delivery.deliver(request.pk)
    request.refresh_from_db()
    assert sanction.ends_at is not None
    assert request.deliver_at is not None
    assert request.deliver_at <= sanction.ends_at

    _end(sanction)
    assert delivery.deliver(request.pk)
    limit(Function.REQUEST_CONSENT)
    assert not delivery.remind(request.pk)


@pytest.fixture
def mark(verified_user: User, picture_file: Path, tmp_path: Path) -> Callable[[], dict[str, Any]]:
    def _mark() -> dict[str, Any]:
        written = StringIO()
        said = {"out": tmp_path, "user": verified_user.email, "tool": "G", "kind": "scene", "json": True}
        with suppress(SystemExit):
            call_command("mark", str(picture_file), stdout=written, **said)
        work: dict[str, Any] = json.loads(written.getvalue())["works"][0]
        return work

    return _mark


@pytest.mark.parametrize("function", [Function.GENERATE, Function.PUBLISH, Function.DOWNLOAD])
def test_the_command_refuses(function: Function, limit: Limit, mark: Callable[[], dict[str, Any]]) -> None:
    limit(function)

    answer = mark()
    assert (answer["state"], answer["code"], answer["output"]) == ("refused", "account_limited", None)


def test_a_copy_of_ones_data_hands_out_no_files_either(limit: Limit, released: Work) -> None:
    assert _files_in_a_copy(released.owner)
    sanction = limit(Function.DOWNLOAD)
    assert not _files_in_a_copy(released.owner)
    _end(sanction)
    assert _files_in_a_copy(released.owner)


def _files_in_a_copy(owner: User) -> list[str]:
    return [each.name for each in held.works(owner) if each.name.startswith("released/")]
