"""Receipts are made with the change that they tell of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.records.models import Record
from accounts.records.verify import verify
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.sealing import destroy
from consent.grants.models import Evidence, Grant
from consent.grants.services import give
from consent.receipts import checking, jws
from consent.receipts.document import missing_fields
from consent.receipts.keys import signing_keys
from consent.receipts.models import Receipt
from consent.receipts.queries import receipt_ids
from consent.receipts.services import issue, receipts_of
from consent.scope import GrantState, Proof
from consent.withdrawal.services import end, withdraw
from tests.consent.people import NUMBERS, account, granted, proposed, scope_for, ward_of
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def test_each_side_gets_its_own_with_every_mandatory_field(person: User, creator: User, grant: Grant) -> None:
    theirs, grantees = receipts_of(grant)
    for receipt in (theirs, grantees):
        assert missing_fields(receipt.document) == ()
        assert person.producer_id not in receipt.jws
        assert checking.check(receipt.jws.encode()).is_valid
        words = str(receipt.document)
        for secret in (
            person.producer_id,
            "Lin Mei",
            "Ada Lovelace",
            person.email,
            creator.email,
            NUMBERS[0],
        ):
            assert secret not in words
    headers = [each.document["header"] for each in (theirs, grantees)]
    assert headers[0]["record_id"] == headers[1]["record_id"] == str(grant.reference)
    assert headers[0]["pii_principal_id"] != headers[1]["pii_principal_id"]
    assert headers[0]["receipt_id"] != headers[1]["receipt_id"]


def test_another_grantee_gets_another_name_of_the_person(person: User, grant: Grant) -> None:
    other = account("other@example.com", "Grace Hopper", NUMBERS[2])
    names = [
        receipts_of(each)[1].document["header"]["pii_principal_id"]
        for each in (grant, granted(person, other))
    ]
    assert names[0] != names[1]


def test_it_says_what_was_shown_and_how_surely(grant: Grant) -> None:
    document = receipts_of(grant)[0].document
    assert document["processing"]["language"] == "en"
    assert document["assurance"]["evidence_sha256"] == grant.evidence.sha256
    assert document["assurance"]["proof"]["code"] == "signed"
    identity = document["assurance"]["identity"]
    assert identity["words"] == "Checked by the operator's staff, not verified by a third party"
    record = Record.objects.get(sequence=document["log"]["sequence"])
    assert (record.kind, record.subject) == ("grant.active", grant.log_subject)
    assert document["log"]["leaf_sha256"] == bytes(record.leaf_hash).hex()


def test_it_is_made_anew_when_the_grant_changes(person: User, grant: Grant) -> None:
    first = receipts_of(grant)
    ended = withdraw(by=person, grant=grant)
    second = receipts_of(ended)
    assert [each.version for each in (*first, *second)] == [1, 1, 2, 2]
    for old, new in zip(first, second, strict=True):
        assert new.document["header"]["previous_receipt_id"] == str(old.reference)
        assert [each["event_state"] for each in new.document["events"]] == [
            "dpv:ConsentGiven",
            "dpv:ConsentWithdrawn",
        ]
        assert missing_fields(new.document) == ()
    checked = checking.check(first[1].jws.encode())
    assert (checked.is_valid, checked.is_newest, checked.standing) == (True, False, "ended")
    assert checked.ended_at == ended.ended_at


def test_a_second_call_changes_nothing(grant: Grant) -> None:
    with transaction.atomic():
        assert issue(grant, now=timezone.now()) == receipts_of(grant)
    assert Receipt.objects.count() == 2


def test_it_goes_back_with_the_change(person: User, grant: Grant) -> None:
    with transaction.atomic():
        withdraw(by=person, grant=grant)
        transaction.set_rollback(True)
    assert Receipt.objects.count() == 2


def test_it_is_recorded(grant: Grant) -> None:
    for receipt in receipts_of(grant):
        assert Record.objects.get(subject=receipt.log_subject).kind == "receipt.issued"
    assert verify().is_intact


@pytest.mark.parametrize(
    ("stated", "code"), [(3, "third_party_match"), (99, "operator_checked"), ("?", "operator_checked")]
)
def test_the_level_is_the_one_at_that_time(person: User, creator: User, stated: object, code: str) -> None:
    facts = {"text": "I agree.", "locale": "de", "level": stated}
    grant = give(person=person, grantee=creator, scope=scope_for(creator), proof=Proof.SIGNED, facts=facts)
    document = receipts_of(grant)[0].document
    assert document["assurance"]["identity"]["code"] == code
    assert document["processing"]["language"] == "de"


def test_only_the_person_reads_that_a_guardian_acted(creator: User) -> None:
    guardian = account("guardian@example.com", "Lin Hua", NUMBERS[2])
    facts = {"text": "I agree.", "locale": "zh-hans", "level": "third_party_match"}
    scope = scope_for(creator)
    grant = give(
        person=ward_of(guardian),
        grantee=creator,
        scope=scope,
        proof=Proof.SIGNED,
        facts=facts,
        guardian=guardian,
    )
    theirs, grantees = (each.document for each in receipts_of(grant))
    assert theirs["events"][0]["entity_role"] == "dpv:GuardianOfDataSubject"
    assert theirs["events"][0]["entity_id"] != theirs["header"]["pii_principal_id"]
    assert grantees["events"][0]["entity_role"] == "dpv:DataSubject"
    assert grantees["events"][0]["entity_id"] == grantees["header"]["pii_principal_id"]
    assert theirs["assurance"]["identity"]["code"] == "third_party_match"
    assert theirs["assurance"]["identity"]["words"] == "姓名与证件经第三方核验一致"


def test_who_withdraws_and_is_not_the_person_is_their_guardian(person: User, grant: Grant) -> None:
    other = account("aunt@example.com", "Lin Hua", NUMBERS[2])
    theirs, grantees = (each.document for each in receipts_of(end(grant, GrantState.WITHDRAWN, by=other)))
    assert theirs["events"][-1]["entity_role"] == "dpv:GuardianOfDataSubject"
    assert grantees["events"][-1]["entity_role"] == "dpv:DataSubject"


def test_staff_acts_as_the_operator(grant: Grant) -> None:
    ended = end(grant, GrantState.REVOKED, by=account("staff@example.com", "Wu Qing", NUMBERS[2]))
    assert receipts_of(ended)[0].document["events"][-1]["entity_id"] == "Yinji-demo"


def test_others_act_under_their_own_names(creator: User, grant: Grant) -> None:
    ended = end(grant, GrantState.REVOKED, by=None)
    assert receipts_of(ended)[0].document["events"][-1]["entity_role"] == "dpv:Organisation"


def test_the_grantee_acts_under_the_name_that_everybody_knows(creator: User, grant: Grant) -> None:
    ended = end(grant, GrantState.REVOKED, by=creator)
    assert receipts_of(ended)[0].document["events"][-1]["entity_id"] == creator.producer_id


def test_what_is_erased_is_said_as_the_first_receipt_said_it(person: User, grant: Grant) -> None:
    before = receipts_of(grant)[0].document
    destroy(person)
    ended = end(Grant.objects.get(pk=grant.pk), GrantState.REVOKED, by=None)
    after = receipts_of(ended)[0].document
    assert (
        after["processing"]["privacy_notice"]["text_sha256"]
        == before["processing"]["privacy_notice"]["text_sha256"]
    )
    assert after["processing"]["language"] == "en"
    assert after["assurance"]["identity"]["code"] == before["assurance"]["identity"]["code"]
    assert missing_fields(after) == ()


def test_nothing_is_signed_of_a_grant_that_nobody_gave(person: User, creator: User, grant: Grant) -> None:
    Receipt.objects.all().delete()
    Evidence.objects.filter(grant=grant).delete()
    ended = withdraw(by=person, grant=Grant.objects.get(pk=grant.pk))
    assert (ended.state, receipts_of(ended)) == (GrantState.WITHDRAWN, [])


@pytest.mark.parametrize(
    "changes",
    [{"side": "both"}, {"version": 0}, {"jws": ""}, {"sha256": ""}, {"side": "person", "version": 1}],
)
def test_the_database_refuses_rows_that_cannot_be(grant: Grant, changes: dict[str, object]) -> None:
    row = {
        "grant": grant,
        "side": "person",
        "version": 7,
        "issued_at": timezone.now(),
        "jws": "a.b.c",
        "sha256": "x",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(**{**row, **changes})


def test_one_that_is_signed_but_not_on_record_is_not_trusted(grant: Grant) -> None:
    receipt = receipts_of(grant)[0]
    Receipt.objects.filter(pk=receipt.pk).delete()
    checked = checking.check(receipt.jws.encode())
    assert (checked.code, checked.document, checked.standing) == ("not_on_record", {}, None)


def test_a_row_that_was_altered_leads_nowhere(grant: Grant) -> None:
    theirs, grantees = receipts_of(grant)
    Receipt.objects.filter(pk=theirs.pk).update(jws=grantees.jws)
    assert checking.look_up(theirs.sha256) is None
    Receipt.objects.filter(pk=theirs.pk).update(jws="a.b.c")
    assert checking.look_up(theirs.sha256) is None
    with pytest.raises(Refusal, match="no receipt"):
        checking.check(b"a.b.c")


def test_it_finds_out_that_the_log_was_rewritten(grant: Grant) -> None:
    receipt = receipts_of(grant)[0]
    assert checking.check(receipt.jws.encode()).is_in_log
    stated = receipt.document["log"]
    for changed in ({"chain_sha256": "0" * 64}, {"leaf_sha256": "0" * 64}, {"sequence": 10**9}):
        other = jws.sign({**receipt.document, "log": {**stated, **changed}}, signing_keys()[0])
        Receipt.objects.filter(pk=receipt.pk).update(jws=other, sha256=jws.digest(jws.document_of(other)))
        assert not checking.check(other.encode()).is_in_log


def test_it_says_what_the_clock_and_the_states_make_of_the_consent(grant: Grant) -> None:
    data = receipts_of(grant)[0].jws.encode()
    later = grant.ends_at + timedelta(seconds=1)
    assert checking.check(data).standing == "in_force"
    assert checking.check(data, now=later).ended_at == grant.ends_at
    states = {"exhausted": "used_up", "suspended": "resting", "pending_cooling": "resting"}
    for state, standing in states.items():
        with unrecorded():
            Grant.objects.filter(pk=grant.pk).update(
                state=state,
                consumed=grant.outputs,
                suspended_because="dispute" if state == "suspended" else "",
                cools_until=timezone.now(),
            )
        assert checking.check(data).standing == standing


def test_a_work_names_the_receipts_of_its_people_in_their_order(
    creator: User, person: User, grant: Grant
) -> None:
    use = proposed(creator, grant)
    assert receipt_ids(use.subject) == (str(receipts_of(grant)[1].reference),)
    assert receipt_ids("work:0000000002") == ()


def test_anybody_may_ask_while_only_the_own_side_reads(creator: User, person: User, grant: Grant) -> None:
    theirs, grantees = receipts_of(grant)
    for user, own, others in ((person, theirs, grantees), (creator, grantees, theirs)):
        browser = Client()
        browser.force_login(user)
        for ending in ("", ".json", ".pdf"):
            assert browser.get(f"/receipts/{own.pk}{ending}").status_code == 200
            assert browser.get(f"/receipts/{others.pk}{ending}").status_code == 404
    page = browser.get(f"/receipts/{grantees.pk}").content.decode()
    assert "I agree." not in page
