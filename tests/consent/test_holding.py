from __future__ import annotations

from datetime import UTC, datetime

from accounts.retention import holds
from accounts.users.models import User
from consent.grants.models import Grant
from consent.receipts.models import Receipt
from tests.consent.people import proposed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_held_work_keeps_its_consents_and_the_accounts_they_show(
    person: User, creator: User, grant: Grant
) -> None:
    use = proposed(creator, grant)
    kept = holds.kept_with([use.subject])
    assert {use.log_subject, grant.log_subject, f"user:{person.producer_id}"} <= kept
    assert {each.log_subject for each in Receipt.objects.filter(grant=grant)} <= kept
    assert holds.kept_with(["work:0000000000"]) == {"work:0000000000"}


def test_nobody_whose_consent_is_held_is_erased(person: User, creator: User, grant: Grant) -> None:
    use = proposed(creator, grant)
    assert not holds.keeps_account(person, NOON)
    officer = User.objects.create_user("officer@example.com", "correct horse battery")
    paper = {"case": "1", "document_sha256": "ab" * 32}
    holds.LegalHold.objects.create(
        subject=use.subject,
        proposed_by=officer,
        proposed_at=NOON,
        ends_at=NOON + holds.CONFIRMED_WITHIN,
        **paper,
    )
    assert holds.keeps_account(person, NOON)
    assert holds.keeps_account(creator, NOON)
