from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils import timezone

from accounts.records.canonical import canonical
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention.models import LegalHold
from accounts.users.models import User
from consent.contacts.services import contact_for
from consent.grants.evidence import scope_digest
from consent.requests.models import Request
from consent.scope import VERSION
from consent.scope.documents import write_scope
from consent.statements import recordings, services
from consent.statements.models import Statement
from consent.statements.signals import statement_accepted
from consent.statements.states import OPEN, TRANSITIONS, StatementState, may_move
from tests.consent.people import scope_for
from tests.consent.statements.hearing import accept

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RECORDING = b"OggS" + bytes(2000)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def request_(person: User, creator: User) -> Request:
    document = write_scope(scope_for(creator))
    return Request.objects.create(
        requester=creator,
        contact=contact_for("lin@example.com"),
        person=person,
        state="confirmed",
        sent_at=NOW,
        vocabulary=VERSION,
        scope=document,
        scope_sha256=scope_digest(document),
        created_at=NOW - MINUTE,
        answer_by=timezone.now() + timedelta(days=14),
    )


@pytest.fixture
def statement(request_: Request, person: User) -> Statement:
    with transaction.atomic():
        return services.ask_for(
            request=request_,
            person=person,
            speaker=person,
            scope=canonical(request_.scope).decode(),
            facts={"text": "I agree.", "locale": "en", "scope": canonical(request_.scope).decode()},
            locale="en",
            now=NOW,
        )


@pytest.fixture
def accepted() -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []

    @receiver(statement_accepted, weak=False, dispatch_uid="test")
    def keep(**kwargs: Any) -> None:
        heard.append(dict(kwargs["facts"]))

    yield heard
    statement_accepted.disconnect(dispatch_uid="test")


def refused(act: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as found:
        act(**kwargs)
    return found.value.code


def test_it_asks_for_a_code_that_is_read_out(statement: Statement) -> None:
    assert services.sentence_of(statement).endswith(f"My code is {' '.join(statement.code)}.")
    assert (len(statement.code), statement.code.isdigit()) == (6, True)


def test_it_keeps_the_recording_sealed(statement: Statement, person: User) -> None:
    services.record(by=person, statement=statement, recording=RECORDING, now=NOW + MINUTE)
    assert (statement.state, statement.media_type) == ("recorded", "audio/ogg")
    with default_storage.open(recordings.name_of(statement.reference)) as file:
        assert b"OggS" not in file.read()
    assert recordings.load(statement.reference, person) == RECORDING


def test_it_becomes_evidence_when_it_was_heard(
    statement: Statement, person: User, staff_user: User, accepted: list[dict[str, Any]]
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING, now=NOW + MINUTE)
    assert services.hear(by=staff_user, statement=statement) == RECORDING
    services.accept(by=staff_user, statement=statement, now=NOW + 2 * MINUTE)
    (facts,) = accepted
    assert facts["text"] == "I agree."
    assert facts["spoken"]["recording_sha256"] == statement.recording_sha256
    assert facts["spoken"]["heard_by"] == staff_user.producer_id
    assert refused(services.accept, by=staff_user, statement=statement) == "wrong_state"
    kinds = Record.objects.filter(subject=statement.log_subject).order_by("sequence")
    assert list(kinds.values_list("kind", flat=True)) == [
        "statement.asked",
        "statement.recorded",
        "statement.heard",
        "statement.accepted",
    ]


def test_it_is_turned_down_with_a_reason(
    statement: Statement, person: User, staff_user: User, accepted: list[dict[str, Any]]
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING, now=NOW)
    assert refused(services.reject, by=staff_user, statement=statement, reason=" ") == "reason_length"
    services.reject(by=staff_user, statement=statement, reason="Another code was spoken.")
    assert (statement.state, accepted) == ("rejected", [])


def test_nobody_decides_who_gives_or_gets(statement: Statement, person: User, creator: User) -> None:
    services.record(by=person, statement=statement, recording=RECORDING, now=NOW)
    for act in (services.hear, services.accept):
        for somebody in (person, creator):
            assert refused(act, by=somebody, statement=statement) == "own_statement"
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(state="accepted", reviewer=person, decided_at=NOW)


def test_nobody_else_and_nobody_late_speaks(statement: Statement, person: User, creator: User) -> None:
    arguments = {"statement": statement, "recording": RECORDING}
    assert refused(services.record, by=creator, now=NOW, **arguments) == "not_yours"
    late = NOW + services.VALID_FOR
    assert refused(services.record, by=person, now=late, **arguments) == "statement_over"
    assert refused(services.record, by=person, now=NOW - MINUTE, **arguments) == "statement_over"
    services.record(by=person, now=NOW, **arguments)
    other = {"statement": statement, "recording": RECORDING + b"another"}
    assert refused(services.record, by=person, now=NOW, **other) == "wrong_state"
    assert recordings.load(statement.reference, person) == RECORDING


@pytest.mark.parametrize(
    ("recording", "code"),
    [
        (b"", "recording_size"),
        (bytes(2000), "recording_unknown"),
        (b"<html>" * 400, "recording_unknown"),
        (b"OggS" + bytes(recordings.MOST_BYTES), "recording_size"),
    ],
)
def test_it_refuses_what_is_no_recording(
    statement: Statement, person: User, recording: bytes, code: str
) -> None:
    assert refused(services.record, by=person, statement=statement, recording=recording, now=NOW) == code


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x1a\x45\xdf\xa3" + bytes(8), "video/webm"),
        (bytes(4) + b"ftypM4A ", "audio/mp4"),
        (bytes(4) + b"ftypisom", "video/mp4"),
        (b"RIFF" + bytes(4) + b"WAVE", "audio/wav"),
        (b"RIFF" + bytes(4) + b"AVI ", None),
        (b"ID3" + bytes(9), "audio/mpeg"),
        (b"\xff\xfb" + bytes(10), "audio/mpeg"),
        (b"", None),
    ],
)
def test_it_knows_recordings_by_their_first_bytes(head: bytes, media_type: str | None) -> None:
    assert recordings.media_type_of(head) == media_type


def test_a_later_question_ends_the_one_before(statement: Statement, request_: Request, person: User) -> None:
    with transaction.atomic():
        second = services.ask_for(
            request=request_, person=person, speaker=person, scope="{}", facts={}, locale="zh-hans", now=NOW
        )
    statement.refresh_from_db()
    assert (statement.state, second.state) == ("lapsed", "asked")
    assert "验证码" in services.sentence_of(second) or "code" in services.sentence_of(second)


def test_time_ends_what_nobody_says_and_removes_what_was_heard(
    statement: Statement, request_: Request, person: User, staff_user: User, accepted: list[dict[str, Any]]
) -> None:
    assert services.sweep(now=NOW) == 0
    services.record(by=person, statement=statement, recording=RECORDING, now=NOW)
    assert refused(services.accept, by=staff_user, statement=statement) == "unheard"
    accept(by=staff_user, statement=statement, now=NOW)
    assert services.sweep(now=NOW + services.KEPT_AFTER - MINUTE) == 0
    hold = LegalHold.objects.create(
        subject=f"user:{person.producer_id}",
        case="1",
        document_sha256="ab" * 32,
        proposed_by=staff_user,
        proposed_at=NOW + services.KEPT_AFTER,
        ends_at=NOW + 2 * services.KEPT_AFTER,
    )
    assert services.sweep(now=NOW + services.KEPT_AFTER) == 0
    hold.delete()
    assert services.sweep(now=NOW + services.KEPT_AFTER) == 1
    assert services.sweep(now=NOW + services.KEPT_AFTER) == 0
    statement.refresh_from_db()
    assert not default_storage.exists(recordings.name_of(statement.reference))
    assert refused(services.hear, by=staff_user, statement=statement) == "recording_gone"
    with transaction.atomic():
        second = services.ask_for(
            request=request_, person=person, speaker=person, scope="{}", facts={}, locale="en", now=NOW
        )
    assert services.sweep(now=NOW + services.VALID_FOR) == 1
    second.refresh_from_db()
    assert second.state == "lapsed"


def test_its_states_end() -> None:
    assert {StatementState.ASKED, StatementState.RECORDED} == OPEN
    assert not any(may_move(old, new) for old in set(TRANSITIONS) - OPEN for new in StatementState)
