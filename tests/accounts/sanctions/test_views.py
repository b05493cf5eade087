"""What the account holder and the staff see, and what a suspended account may still do."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.notices.webhooks.models import WebhookDelivery
from accounts.notices.webhooks.services import add_webhook
from accounts.sanctions.models import Sanction
from accounts.sanctions.services import confirm
from accounts.sanctions.states import Function, SanctionState, Step
from accounts.users.models import User

from .decisions import REASONS, moderator, sanctioned

FORM = {
    "step": "limit",
    "functions": ["publish"],
    "days": "30",
    "about": "case:8Z0K3M2Q1R",
    **asdict(REASONS),
}


def _now(user: User, by: User, step: Step, **said: Any) -> Sanction:
    return sanctioned(user, by, step, now=timezone.now(), **said)


def _browser(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _waiting(browser: Client, address: str) -> int | None:
    """How many accounts wait for a decision, as the desk counts them for somebody."""
    groups = browser.get(address).context["groups"]
    rows = [row for _title, inside in groups for row in inside]
    return next(row["waiting"] for row in rows if row["room"].name == "sanctions:accounts")


@pytest.fixture
def suspended(user: User, first: User) -> Sanction:
    return _now(user, first, Step.SUSPEND)


class TestStanding:
    def test_it_says_that_all_is_well(self, holder: Client) -> None:
        page = holder.get(reverse("standing:page"))

        assert b"All functions are open" in page.content

    def test_it_shows_reasons_end_and_limits(self, holder: Client, user: User, first: User) -> None:
        sanction = _now(user, first, Step.LIMIT, functions=[Function.PUBLISH])
        page = holder.get(reverse("standing:page")).content.decode()

        assert sanction.ends_at is not None
        for words in (
            REASONS.facts,
            REASONS.clause,
            "Release works",
            f"{timezone.localtime(sanction.ends_at):%Y-%m-%d}",
        ):
            assert words in page
        assert first.producer_id not in page  # staff stays behind the site

    def test_it_shows_nothing_that_was_only_proposed(self, holder: Client, user: User, first: User) -> None:
        _now(user, first, Step.CLOSE)

        assert REASONS.facts not in holder.get(reverse("standing:page")).content.decode()


class TestShut:
    @pytest.mark.parametrize(
        "name",
        ["standing:page", "me:profile", "me:delete_account", "notices:inbox", "likeness:page", "likeness:export",
         "verification:home", "usersessions_list", "my_data:page", "reasons:list", "accesses:list"],
    )  # fmt: skip
    def test_ones_own_rights_stay_open(self, name: str, suspended: Sanction, holder: Client) -> None:
        response = holder.get(reverse(name))

        assert response.status_code in {200, 302}
        assert "standing" not in response.get("Location", "")

    @pytest.mark.parametrize("name", ["works:list", "requests:list", "api_access:list", "webhooks:list"])
    def test_everything_else_is_shut(self, name: str, suspended: Sanction, holder: Client) -> None:
        response = holder.get(reverse(name))

        assert response.status_code == 403
        assert reverse("standing:page") in response.content.decode()

    def test_it_is_open_again_on_time(self, suspended: Sanction, holder: Client) -> None:
        now = timezone.now()
        Sanction.objects.update(begins_at=now - timedelta(days=30), ends_at=now)

        assert holder.get(reverse("works:list")).status_code == 200

    def test_a_script_is_told_in_json(self, suspended: Sanction, holder: Client) -> None:
        response = holder.get(reverse("works:list"), headers={"Accept": "application/json"})

        assert response.json()["errors"]["__all__"][0]["code"] == "account_suspended"

    def test_a_suspended_account_can_sign_in(self, suspended: Sanction, user: User) -> None:
        browser = Client()
        browser.post(reverse("account_login"), {"login": user.email, "password": "correct horse battery"})

        assert browser.get(reverse("standing:page")).status_code == 200

    def test_a_closed_account_is_signed_out_and_can_still_read_why(
        self, user: User, first: User, second: User
    ) -> None:
        browser = Client()
        browser.post(reverse("account_login"), {"login": user.email, "password": "correct horse battery"})
        confirm(by=second, sanction=_now(user, first, Step.CLOSE))

        assert browser.get(reverse("standing:page")).status_code == 302
        browser.post(reverse("account_login"), {"login": user.email, "password": "correct horse battery"})
        assert REASONS.facts in browser.get(reverse("standing:page")).content.decode()
        assert browser.get(reverse("works:list")).status_code == 403

    def test_staff_under_suspension_does_not_reach_a_desk(
        self, first: User, second: User, desk: Client
    ) -> None:
        assert desk.get(reverse("sanctions:accounts")).status_code == 200
        confirm(by=moderator("third"), sanction=_now(first, second, Step.SUSPEND))

        assert desk.get(reverse("sanctions:accounts")).status_code == 403

    def test_webhooks_go_on(self, user: User, first: User) -> None:
        """A machine that was given somebody's consent must hear that it ended, whatever became of its account."""
        add_webhook(by=user, url="https://example.com/hook")
        _now(user, first, Step.SUSPEND)

        assert WebhookDelivery.objects.filter(kind="sanction.suspend").exists()


class TestDesk:
    def test_an_account_is_found_by_its_id(self, desk: Client, user: User) -> None:
        response = desk.get(reverse("sanctions:accounts"), {"producer_id": user.producer_id})

        assert response["Location"] == reverse("sanctions:account", args=[user.producer_id])
        assert desk.get(reverse("sanctions:account", args=["nobody"])).status_code == 404

    def test_it_imposes(self, desk: Client, user: User) -> None:
        response = desk.post(reverse("sanctions:impose", args=[user.producer_id]), FORM)

        assert response.status_code == 302
        sanction = Sanction.objects.get()
        assert (sanction.limited, sanction.days, sanction.about) == ({Function.PUBLISH}, 30, FORM["about"])
        page = desk.get(response["Location"]).content.decode()
        assert REASONS.facts in page

    @pytest.mark.parametrize(
        ("changes", "status"), [({"functions": []}, 422), ({"facts": "short"}, 400), ({"step": "exile"}, 400)]
    )
    def test_it_says_what_is_wrong(
        self, changes: dict[str, Any], status: int, desk: Client, user: User
    ) -> None:
        response = desk.post(reverse("sanctions:impose", args=[user.producer_id]), FORM | changes)

        assert response.status_code == status
        assert not Sanction.objects.exists()

    def test_two_close_an_account(self, desk: Client, user: User, second: User) -> None:
        closing = FORM | {"step": "close", "functions": [], "days": ""}
        desk.post(reverse("sanctions:impose", args=[user.producer_id]), closing)
        sanction = Sanction.objects.get()
        act = [user.producer_id, sanction.pk]
        desk.post(reverse("sanctions:confirm", args=act))
        sanction.refresh_from_db()
        assert sanction.state == SanctionState.PROPOSED
        assert user.producer_id in desk.get(reverse("sanctions:accounts")).content.decode()

        browser = Client()
        browser.force_login(second)
        browser.post(reverse("sanctions:confirm", args=act))
        sanction.refresh_from_db()
        assert sanction.state == SanctionState.IN_FORCE
        browser.post(reverse("sanctions:lift", args=act))
        sanction.refresh_from_db()
        assert sanction.state == SanctionState.LIFTED

    def test_somebody_else_declines(self, desk: Client, user: User, second: User) -> None:
        sanction = _now(user, second, Step.CLOSE)
        desk.post(reverse("sanctions:decline", args=[user.producer_id, sanction.pk]))

        sanction.refresh_from_db()
        assert sanction.state == SanctionState.DECLINED

    def test_who_proposed_takes_it_back(self, desk: Client, user: User, first: User) -> None:
        sanction = _now(user, first, Step.CLOSE)
        taking_back = reverse("sanctions:withdraw", args=[user.producer_id, sanction.pk])
        page = reverse("sanctions:account", args=[user.producer_id])
        assert taking_back in desk.get(page).content.decode()
        desk.post(taking_back)

        sanction.refresh_from_db()
        assert sanction.state == SanctionState.WITHDRAWN
        assert taking_back not in desk.get(page).content.decode()

    def test_a_sanction_of_another_account_is_not_found(self, desk: Client, user: User, second: User) -> None:
        sanction = _now(user, second, Step.WARN)

        address = reverse("sanctions:lift", args=[second.producer_id, sanction.pk])
        assert desk.post(address).status_code == 404

    def test_what_is_proposed_against_oneself_is_for_others_to_read(
        self, desk: Client, first: User, second: User
    ) -> None:
        sanction = _now(first, second, Step.CLOSE)
        own = [first.producer_id]
        refused = [desk.get(reverse("sanctions:account", args=own))]
        refused.append(desk.post(reverse("sanctions:impose", args=own), FORM))
        refused += [
            desk.post(reverse(f"sanctions:{act}", args=[*own, sanction.pk]))
            for act in ("confirm", "decline", "withdraw", "lift")
        ]

        for response in refused:
            page = response.content.decode()
            assert response.status_code == 403
            assert "somebody else has to decide" in page
            for hidden in (REASONS.facts, second.producer_id, "Closure", str(sanction.pk)):
                assert hidden not in page
        address = reverse("sanctions:account", args=own)
        assert address not in desk.get(reverse("sanctions:accounts")).content.decode()
        overview = reverse("desk")
        assert [_waiting(desk, overview), _waiting(_browser(moderator("third")), overview)] == [0, 1]

    def test_what_ones_own_complaint_led_to_is_left_out(
        self, desk: Client, first: User, second: User, user: User
    ) -> None:
        sanction = _now(user, second, Step.CLOSE, about=f"user:{first.producer_id}")
        address = reverse("sanctions:account", args=[user.producer_id])

        assert REASONS.facts in _browser(second).get(address).content.decode()
        assert REASONS.facts not in desk.get(address).content.decode()
        desk.post(reverse("sanctions:confirm", args=[user.producer_id, sanction.pk]))
        sanction.refresh_from_db()
        assert sanction.state == SanctionState.PROPOSED
