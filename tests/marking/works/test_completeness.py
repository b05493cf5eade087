from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.records import requirements, triggers
from accounts.records.canonical import canonical
from accounts.records.deep import body_of
from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record, RecordBody
from accounts.records.requirements import SESSION, RecordIncomplete
from accounts.users.models import User
from accounts.vault.sealing import seal
from marking.recorded import KINDS
from marking.works import bodies, execution, services
from marking.works.completeness import COMPLETED, RECEIVED, complete, require_recorded
from marking.works.lifecycle import record
from marking.works.models import Work

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def an_older_version() -> Iterator[None]:
    """As if this site were the version before any field was required."""
    requirements.register("marking", dict.fromkeys(KINDS, ()))
    try:
        yield
    finally:
        requirements.register("marking", KINDS)


@contextmanager
def left_out(work: Work, kind: str, field: requirements.Field) -> Iterator[None]:
    """A work with a record of ``kind`` that does not say ``field``; taken back at the end."""
    with transaction.atomic():
        whole = {name: "said" for each in KINDS[kind] for name in each.names}
        body = {name: said for name, said in whole.items() if name not in field.names}
        with an_older_version():
            record(work, kind, by=None, now=NOON, body=body)
        yield
        transaction.set_rollback(True)


def opened(record: Record) -> Any:
    return body_of(record)


def test_what_is_written_today_is_complete(submitted: Work) -> None:
    require_recorded(submitted)
    assert complete(submitted, by=None, now=NOON) == 0


def test_any_field_that_a_record_leaves_out_keeps_the_work_back_by_name_and_source(submitted: Work) -> None:
    checked = 0
    for kind, fields in KINDS.items():
        for field in fields if kind.startswith("work.") and kind != COMPLETED else ():
            with left_out(submitted, kind, field), pytest.raises(RecordIncomplete) as refused:
                require_recorded(submitted)
            assert (refused.value.kind, refused.value.field) == (kind, field)
            checked += 1
    assert checked > 40
    require_recorded(submitted)


def test_a_work_that_nobody_recorded_is_kept_back(submitted: Work) -> None:
    copy = Work.objects.get(pk=submitted.pk)
    copy.number += 1
    with pytest.raises(RecordIncomplete, match=r"work\.received is of no registered kind"):
        require_recorded(copy)


def test_a_record_of_before_sessions_were_told_is_completed_with_not_known(submitted: Work) -> None:
    received = Record.objects.get(kind=RECEIVED)
    body: Any = {name: said for name, said in opened(received).items() if name != SESSION}
    sealed = seal(
        submitted.owner, bytes(SALT_BYTES) + canonical(body), context=body_context(received.event_id)
    )
    triggers.remove(connection)
    RecordBody.objects.filter(record=received).update(content=sealed)
    with pytest.raises(
        RecordIncomplete, match=r"work\.received does not say session, which Cybersecurity Law"
    ):
        require_recorded(submitted)
    assert complete(submitted, by=None, now=NOON) == 1
    assert opened(Record.objects.get(kind=COMPLETED))["said"] == {SESSION: "not_known"}
    require_recorded(submitted)


def test_a_record_of_a_kind_that_is_unknown_by_now_keeps_it_back(submitted: Work) -> None:
    requirements.register("older", {"work.dreamt": ()})
    record(submitted, "work.dreamt", by=None, now=NOON, body={})
    requirements.register("older", {})
    with pytest.raises(RecordIncomplete, match=r"work\.dreamt"):
        require_recorded(submitted)


def test_a_work_of_an_older_version_fails_says_why_and_can_be_repaired(
    client: Client, verified_user: User, submitted: Work
) -> None:
    with an_older_version():
        record(submitted, RECEIVED, by=None, now=NOON, body={"sha256": submitted.source_sha256})
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.failure) == ("failed", "record_incomplete")
    assert not Record.objects.filter(kind="work.released").exists()

    client.force_login(verified_user)
    page = client.get(
        reverse("works:detail", args=[submitted.code]), headers={"accept-language": "en"}
    ).content.decode()
    assert "work.received does not say role" in page
    assert "Deep Synthesis Provisions Art. 10" in page

    services.retry(by=verified_user, work=submitted)
    require_recorded(submitted)
    said: Any = body_of(Record.objects.get(kind=COMPLETED))
    known = bodies.received(submitted)
    assert said["completes"] == RECEIVED
    assert said["said"] == {name: known[name] for name in said["said"]}
    assert {"role", "tool", "identity"} <= set(said["said"])
