from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.records.entry import GENESIS, Entry, chain_hash, leaf_hash
from accounts.records.models import Record
from accounts.records.verify import PAGE, TOLD, Head, HeadInvalid, verify
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from accounts.vault.sealing import destroy

from .conftest import NOON, codes, first

Write = Callable[..., Record]
Attack = Callable[..., None]

DATES = {"requested": "2025-09-01", "promised": "2026-03-01"}


def test_it_finds_an_empty_log_intact(db: None) -> None:
    findings = verify()

    assert findings.is_intact
    assert (findings.records, findings.head) == (0, Head(0, GENESIS))


def test_it_finds_what_was_written_intact(log: list[Record]) -> None:
    findings = verify()

    assert findings.told == []
    assert (findings.records, findings.opened, findings.erased) == (5, 5, 0)
    assert findings.head == Head(5, log[-1].chain_hash)


def test_it_counts_erased_bodies_and_calls_them_no_fault(log: list[Record], write: Write, user: User) -> None:
    write(kind="account.erased", subject=f"user:{user.producer_id}", body=DATES)
    destroy(user)

    findings = verify()

    assert findings.is_intact
    assert (findings.opened, findings.erased) == (4, 2)


def test_it_takes_what_erasing_an_account_leaves_for_intact(verified_user: User) -> None:
    request_deletion(by=verified_user, now=NOON)
    erase_account(by=None, user=verified_user, now=NOON + RETENTION)

    findings = verify()

    assert findings.told == []
    assert findings.erased > 0


def test_it_finds_a_key_destroyed_without_a_record_of_the_erasure(
    log: list[Record], write: Write, attack: Attack, user: User, other_user: User
) -> None:
    write(person=other_user)
    write(kind="account.erased", subject=f"user:{other_user.producer_id}", body=DATES)
    attack("UPDATE accounts_personkey SET wrapped = NULL, destroyed_at = '2026-03-02 12:00:00'")

    (finding,) = verify().told

    assert (finding.sequence, finding.code) == (2, "erased_without_record")
    assert user.producer_id in finding.sentence


@pytest.mark.parametrize("wrapped", [b"", b"another key"])
def test_it_finds_a_key_that_opens_nothing(
    log: list[Record], attack: Attack, user: User, wrapped: bytes
) -> None:
    attack("UPDATE accounts_personkey SET wrapped = %s", (wrapped,))

    assert codes(verify()) == {(2, "body"), (4, "body")}


def test_it_reads_page_by_page_and_says_how_far_it_is(write: Write) -> None:
    for _ in range(PAGE + 1):
        write()
    told: list[int] = []

    findings = verify(progress=told.append)

    assert (findings.records, told) == (PAGE + 1, [PAGE])


@pytest.mark.parametrize("number", range(1, 5))
def test_it_finds_a_deleted_record(log: list[Record], attack: Attack, number: int) -> None:
    attack("DELETE FROM accounts_recordbody WHERE record_id = %s", (number,))
    attack("DELETE FROM accounts_record WHERE sequence = %s", (number,))

    assert (number, "sequence") in codes(verify())


def test_it_finds_swapped_records(log: list[Record], attack: Attack) -> None:
    attack("UPDATE accounts_record SET sequence = 99 WHERE sequence = 2")
    attack("UPDATE accounts_record SET sequence = 2 WHERE sequence = 3")
    attack("UPDATE accounts_record SET sequence = 3 WHERE sequence = 99")

    assert {(2, "column"), (3, "column")} <= codes(verify())


def test_it_finds_a_record_that_was_written_anew(log: list[Record], attack: Attack) -> None:
    entry = log[1].entry.replace(b"work:1", b"work:2")
    leaf = leaf_hash(entry)
    chain = chain_hash(log[0].chain_hash, leaf)
    attack(
        "UPDATE accounts_record SET entry = %s, leaf_hash = %s, chain_hash = %s, subject = %s WHERE sequence = 2",
        (entry, leaf, chain, "work:2"),
    )

    assert codes(verify()) == {(3, "previous")}


def test_it_finds_time_that_runs_backwards(log: list[Record], attack: Attack) -> None:
    entry = Entry.from_bytes(log[4].entry)
    old = entry.to_bytes().replace(b"12:00:05", b"12:00:01")
    leaf = leaf_hash(old)
    attack(
        "UPDATE accounts_record SET entry = %s, leaf_hash = %s, chain_hash = %s, at = %s WHERE sequence = 5",
        (old, leaf, chain_hash(entry.previous, leaf), NOON.replace(second=1, tzinfo=None).isoformat(" ")),
    )

    assert codes(verify()) == {(5, "time")}


def test_it_finds_a_missing_body(log: list[Record], attack: Attack) -> None:
    attack("DELETE FROM accounts_recordbody WHERE record_id = 3")

    assert codes(verify()) == {(3, "body_missing")}


def test_it_finds_a_body_left_over_from_a_record_that_was_cut_off(log: list[Record], attack: Attack) -> None:
    attack("DELETE FROM accounts_record WHERE sequence = 5")

    assert codes(verify()) == {(5, "body_left_over")}
    attack("DELETE FROM accounts_recordbody WHERE record_id = 5")


def test_it_finds_a_body_that_claims_another_persons_erased_key(
    log: list[Record], attack: Attack, other_user: User
) -> None:
    destroy(other_user)
    attack(
        "UPDATE accounts_recordbody SET person_key_id = %s WHERE record_id = 3", (other_user.person_key.pk,)
    )

    assert codes(verify()) == {(3, "body"), (3, "erased_without_record")}


def test_it_finds_a_body_that_names_no_key(log: list[Record], attack: Attack) -> None:
    attack("UPDATE accounts_recordbody SET person_key_id = NULL WHERE record_id = 2")
    attack("UPDATE accounts_recordbody SET person_key_id = 999 WHERE record_id = 4")

    assert codes(verify()) == {(2, "body"), (4, "body")}
    attack("UPDATE accounts_recordbody SET person_key_id = NULL WHERE record_id = 4")


@pytest.mark.parametrize("column", ["entry", "leaf_hash", "chain_hash"])
def test_it_finds_a_column_that_became_text(log: list[Record], attack: Attack, column: str) -> None:
    attack(f"UPDATE accounts_record SET {column} = %s WHERE sequence = 2", ("text",))

    assert first(verify()) == 2


def test_it_cannot_see_a_cut_off_end_alone(log: list[Record], attack: Attack) -> None:
    head = verify().head
    attack("DELETE FROM accounts_recordbody WHERE record_id = 5")
    attack("DELETE FROM accounts_record WHERE sequence = 5")

    assert verify().is_intact
    assert codes(verify(expected=head)) == {(5, "head")}


def test_it_finds_a_rewritten_log_by_a_head_noted_earlier(log: list[Record], write: Write) -> None:
    write()

    assert verify(expected=Head(5, log[4].chain_hash)).is_intact
    assert codes(verify(expected=Head(3, GENESIS))) == {(3, "head")}


def test_it_tells_the_first_hundred_findings_and_counts_the_rest(write: Write, attack: Attack) -> None:
    for _ in range(TOLD + 5):
        write()
    attack("UPDATE accounts_record SET kind = 'work.deleted'")

    findings = verify()

    assert (len(findings.told), findings.count) == (TOLD, TOLD + 5)


def test_it_reports_as_json(log: list[Record], attack: Attack) -> None:
    attack("UPDATE accounts_record SET kind = 'work.deleted' WHERE sequence = 2")

    assert verify().as_dict() == {
        "intact": False,
        "witnessed": False,
        "records": 5,
        "bodies": {"opened": 5, "erased": 0},
        "head": f"5:{log[-1].chain_hash.hex()}",
        "finding_count": 1,
        "findings": [
            {"sequence": 2, "code": "column", "sentence": "The column kind differs from the entry."}
        ],
    }


def test_a_head_reads_back() -> None:
    assert Head.parse(str(Head(7, bytes(range(32))))) == Head(7, bytes(range(32)))


@pytest.mark.parametrize(
    "text", ["", "7", "7:", "x:" + "0" * 64, "7:" + "0" * 62, "-1:" + "0" * 64, "7:" + "g" * 64]
)
def test_a_head_refuses_another_form(text: str) -> None:
    with pytest.raises(HeadInvalid, match="expected SEQUENCE:HASH"):
        Head.parse(text)
