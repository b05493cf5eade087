from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.records import shredding, triggers
from accounts.records.deep import body_of
from accounts.records.export import package
from accounts.records.models import Record, RecordBody, ShreddedBody
from accounts.records.sequencing import advance
from accounts.records.verify import Findings, verify
from accounts.records.verify_tree import check_bytes
from accounts.retention import holds, purging, tasks
from accounts.retention.months import months_before
from accounts.users.models import User
from accounts.vault.sealing import Erased
from config import environment

from .conftest import NOON, PAPER

Write = Callable[..., Record]
OLD, YOUNG = months_before(NOON, 13), months_before(NOON, 11)


@pytest.fixture
def three(write: Write, user: User) -> list[Record]:
    """An old one about nobody, an old one sealed for a person, and a young one."""
    return [
        write(now=OLD),
        write(now=OLD + timedelta(days=1), person=user, subject=f"user:{user.producer_id}"),
        write(now=YOUNG),
    ]


@pytest.fixture
def log_files(settings: Any, tmp_path: Path) -> None:
    settings.LOG_FOLDER = tmp_path / "log"


def emptied() -> list[int]:
    return sorted(RecordBody.objects.filter(content=b"").values_list("record_id", flat=True))


def codes() -> set[str]:
    return {each.code for each in verify(is_deep=True).told}


def network(purged: list[purging.Purged]) -> purging.Purged:
    return next(each for each in purged if each.name == "network")


def test_it_empties_what_is_old_and_leaves_entries_and_proofs(three: list[Record], log_files: None) -> None:
    advance(now=NOON)
    assert network(purging.run(now=NOON)).emptied == 2
    assert emptied() == [1, 2]
    advance(now=NOON)
    findings, by_bytes = verify(is_deep=True), Findings()
    check_bytes(by_bytes)
    assert (findings.is_intact, by_bytes.is_intact, findings.erased) == (True, True, 2)


def test_the_emptying_is_a_record_that_says_what_and_how_many(three: list[Record]) -> None:
    purging.run(now=NOON)
    said: Any = body_of(Record.objects.get(kind="retention.shredded"))
    assert (said["class"], said["count"], said["up_to"], said["emptied"]) == ("network", 2, 2, [[1, 2]])


def test_a_second_run_changes_nothing(three: list[Record]) -> None:
    purging.run(now=NOON)
    assert network(purging.run(now=NOON)).emptied == 0
    assert Record.objects.filter(kind="retention.shredded").count() == 1


def test_a_dry_run_only_counts(three: list[Record]) -> None:
    out = StringIO()
    call_command("retention", "run", "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue())["dry_run"] is True
    assert network(purging.run(is_dry=True, now=NOON)).emptied == 2
    assert emptied() == []
    call_command("retention", "run", "--dry-run", stdout=out)
    assert "network: " in out.getvalue()


def test_the_floor_holds_even_where_the_setting_is_below_it(three: list[Record], settings: Any) -> None:
    settings.ENVIRONMENT = environment.read({"YINJI_RETENTION_MONTHS": "network:1"})
    assert network(purging.run(now=months_before(NOON, 8))).emptied == 0


def test_an_emptied_body_reads_as_erased_and_is_handed_out_as_erased(
    three: list[Record], log_files: None
) -> None:
    purging.run(now=NOON)
    with pytest.raises(Erased):
        body_of(Record.objects.get(sequence=1))
    with zipfile.ZipFile(BytesIO(package(subject="user:A").content)) as files:
        assert json.loads(files.read("bodies/1.json")) == {"redacted": "erased"}


def test_the_database_refuses_to_empty_a_body_past_that_record(three: list[Record]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordBody.objects.filter(record_id=1).update(content=b"")


@pytest.mark.parametrize(
    "change", [{"content": b"other"}, {"content": b"", "record_id": 3}, {"person_key": None, "content": b""}]
)
def test_it_refuses_any_other_change_even_of_one_that_may_be_emptied(
    three: list[Record], change: dict[str, Any]
) -> None:
    ShreddedBody.objects.create(record=three[1], shredding=three[2])
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordBody.objects.filter(record_id=2).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ShreddedBody.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordBody.objects.filter(record_id=2).delete()


def test_a_body_that_disappears_without_such_a_record_is_tampering(three: list[Record]) -> None:
    triggers.remove(connection)
    RecordBody.objects.filter(record_id=1).update(content=b"")
    assert codes() == {"erased_without_record"}
    ShreddedBody.objects.create(record=three[0], shredding=three[2])  # a row alone is no record
    assert codes() == {"erased_without_record"}


def test_one_that_was_emptied_too_early_or_for_no_reason_is_found(write: Write) -> None:
    young, kept = write(now=YOUNG), write(now=YOUNG, kind="account.created", body={})
    why = {"class": "network", "months": 12, "before": "2026-01-01"}
    shredding.shred([young.sequence, kept.sequence], why=why, by=None, now=YOUNG + timedelta(days=2))
    assert codes() == {"emptied_early", "emptied_for_no_reason"}


def test_it_takes_whole_bodies_and_some(three: list[Record]) -> None:
    why = {"class": "network", "months": 12, "before": "2026-01-01"}
    for wrong in ([], range(1, shredding.MOST_AT_ONCE + 2)):
        with pytest.raises(ValueError, match="expected"):
            shredding.shred(list(wrong), why=why, by=None, now=NOON)
    shredding.shred([1, 3], why=why, by=None, now=NOON)
    with pytest.raises(ValueError, match="emptied before"):
        shredding.shred([1], why=why, by=None, now=NOON)


def test_runs_of_numbers_are_said_by_their_ends(three: list[Record], write: Write) -> None:
    write(now=NOON)
    why = {"class": "network", "months": 12, "before": "2026-01-01"}
    said: Any = body_of(shredding.shred([4, 1, 2], why=why, by=None, now=NOON))
    assert said["emptied"] == [[1, 2], [4, 4]]
    assert set(shredding.shredded()) == {1, 2, 4}


def test_it_leaves_what_is_held_and_says_how_much(three: list[Record], user: User, officer: User) -> None:
    holds.propose(
        by=officer, subject=f"user:{user.producer_id}", case="2026-1", document_sha256=PAPER, now=NOON
    )
    found = network(purging.run(now=NOON))
    assert (found.emptied, found.held, emptied()) == (1, 1, [1])


def test_what_belongs_to_something_that_goes_on_is_never_due(write: Write) -> None:
    def ends(subjects: Any) -> dict[str, datetime]:
        return {each: OLD for each in subjects if each == "contact:over"}

    purging.register("contact:", ends)
    try:
        for subject in ("contact:over", "contact:open"):
            write(kind="contact.opted_in", subject=subject, body={}, now=months_before(NOON, 50))
        assert [each.emptied for each in purging.run(now=NOON) if each.name == "consent"] == [0]
        later = months_before(NOON, -24)
        assert [each.emptied for each in purging.run(now=later) if each.name == "consent"] == [1]
    finally:
        purging.register("contact:", lambda subjects: {})


def test_the_worker_does_it(three: list[Record]) -> None:
    tasks.purge()
    assert emptied() == [1, 2] or network(purging.run(is_dry=True)).emptied == 0
