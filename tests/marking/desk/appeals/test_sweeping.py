"""Appeals as time goes by: overdue, emptied, erased with the account."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.records.models import Record
from accounts.retention import emptying, holds
from accounts.retention.months import months_before
from accounts.sanctions.models import Sanction
from accounts.users.models import User
from marking.desk.appeals.contents import reasons_of, text_of
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.services import uphold
from marking.desk.appeals.sweeping import mark_overdue, on_erasure
from tests.accounts.sanctions.decisions import NOW

from .filings import DAY, INSTANT, REASONS, appealed


class TestTime:
    def test_it_becomes_overdue_once(self, sanction: Sanction) -> None:
        appeal = appealed(sanction)

        assert mark_overdue(now=appeal.due_at) == 0
        assert mark_overdue(now=appeal.due_at + INSTANT) == 1
        assert mark_overdue(now=appeal.due_at + INSTANT) == 0

    def test_its_content_is_erased_three_years_after_the_decision(
        self, sanction: Sanction, second: User, client: Client
    ) -> None:
        appeal = appealed(sanction)
        uphold(by=second, appeal=appeal, reasons=REASONS, now=NOW)
        over = months_before(NOW, -36)
        for now, at in ((over, None), (over + INSTANT, over + INSTANT), (over + DAY, over + INSTANT)):
            emptying.run(now=now)
            appeal.refresh_from_db()
            assert appeal.emptied_at == at
        assert (text_of(appeal), reasons_of(appeal)) == ("", "")
        told = Record.objects.filter(kind="retention.emptied", subject="content:appeals")
        assert told.count() == 1
        client.force_login(sanction.user)
        assert b"Erased on" in client.get(f"/me/appeals/sanction/{sanction.pk}").content
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(wrapped_key=b"key", text=b"text")

    def test_what_is_held_keeps_its_content(self, sanction: Sanction, second: User, third: User) -> None:
        appeal = appealed(sanction)
        uphold(by=second, appeal=appeal, reasons=REASONS, now=NOW)
        now, subject = NOW + 1200 * DAY, f"user:{sanction.user.producer_id}"
        holds.propose(by=third, subject=subject, case="2026-1", document_sha256="0" * 64, now=now)
        emptying.run(now=now)
        appeal.refresh_from_db()
        assert text_of(appeal)

    def test_it_is_erased_with_the_account(self, sanction: Sanction) -> None:
        appeal = appealed(sanction)
        on_erasure(user=sanction.user, now=NOW)

        appeal.refresh_from_db()
        assert text_of(appeal) == ""
