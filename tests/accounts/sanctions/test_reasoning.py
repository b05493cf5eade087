"""The statements of reasons that sanctions issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.reasons.checking import check
from accounts.reasons.documents import document_of
from accounts.reasons.models import StatementOfReasons
from accounts.reasons.schema import Category
from accounts.records.models import Record
from accounts.sanctions.ended import of_sanctions, of_statements
from accounts.sanctions.services import confirm, decline, lift
from accounts.sanctions.states import Step
from accounts.users.models import User

from .decisions import NOW, REASONS, sanctioned

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("step", "decided"),
    [
        (Step.LIMIT, {"decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
                      "end_date_service_restriction": "2026-03-31"}),
        (Step.SUSPEND, {"decision_account": "DECISION_ACCOUNT_SUSPENDED",
                        "end_date_account_restriction": "2026-03-31"}),
        (Step.CLOSE, {"decision_account": "DECISION_ACCOUNT_TERMINATED"}),
    ],
)  # fmt: skip
def test_each_step_is_stated_as_the_database_takes_it(
    step: Step, decided: dict[str, str], user: User, first: User, second: User
) -> None:
    reasons = replace(REASONS, category=Category.CIVIC_DISCOURSE)
    sanction = sanctioned(user, first, step, reasons=reasons, about="case:8Z0K3M2Q1R")
    if step is Step.CLOSE:
        assert not StatementOfReasons.objects.exists()
        confirm(by=second, sanction=sanction, now=NOW)
    stated = StatementOfReasons.objects.get()
    document = document_of(stated)
    assert check(document) == []
    assert sanction.statement == str(stated.puid)
    said = {
        name: value
        for name, value in document.items()
        if name.startswith(("decision_p", "decision_a", "end_"))
    }
    assert said == decided
    assert document["category"] == Category.CIVIC_DISCOURSE
    assert document["source_type"] == "SOURCE_ARTICLE_16"


def test_a_warning_keeps_its_reasons_and_states_none(user: User, first: User, holder: Client) -> None:
    sanction = sanctioned(user, first, Step.WARN)
    assert sanction.statement == ""
    assert not StatementOfReasons.objects.exists()
    assert Record.objects.filter(kind="sanction.imposed").exists()
    assert REASONS.facts in holder.get(reverse("standing:page")).content.decode()


def test_it_is_found_from_the_standing_and_leads_back_and_to_the_appeal(
    user: User, first: User, holder: Client
) -> None:
    sanction = sanctioned(user, first, Step.SUSPEND)
    statement = reverse("reasons:statement", args=[sanction.statement])
    appeal = reverse("own_appeals:page", args=["sanction", sanction.pk])
    standing = holder.get(reverse("standing:page")).content.decode()
    for address in (statement, appeal, reverse("reasons:list")):
        assert f'href="{address}"' in standing
    assert f'href="{reverse("standing:page")}"' in holder.get(reverse("reasons:list")).content.decode()
    page = holder.get(statement).content.decode()
    assert f'href="{appeal}"' in page
    assert "184 days, until 2026-09-01" in page

    lift(by=first, sanction=sanction, now=NOW + DAY)
    for lifted in (holder.get(statement), holder.get(reverse("standing:page"))):
        assert f'href="{appeal}"' not in lifted.content.decode()
    assert "does not stand any more" in holder.get(statement).content.decode()


def test_its_records_are_kept_from_its_end_on(user: User, first: User, second: User) -> None:
    over = sanctioned(user, first, Step.SUSPEND)
    lifted = sanctioned(user, first)
    lift(by=first, sanction=lifted, now=NOW + DAY)
    declined = sanctioned(user, first, Step.CLOSE)
    decline(by=second, sanction=declined, now=NOW + 2 * DAY)
    closed = sanctioned(user, first, Step.CLOSE)
    confirm(by=second, sanction=closed, now=NOW)
    ends = {over.log_subject: NOW + 30 * DAY, lifted.log_subject: NOW + DAY}
    assert of_sanctions([each.log_subject for each in (over, lifted, declined, closed)]) == {
        **ends, declined.log_subject: NOW + 2 * DAY,
    }  # fmt: skip
    stated = [f"reasons:{each.statement}" for each in (over, lifted, closed)]
    assert of_statements([*stated, "reasons:x"]) == dict(zip(stated, ends.values(), strict=False))
