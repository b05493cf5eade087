from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.users.services import publish_agreement
from accounts.vault.sealing import destroy
from consent.grants.evidence import facts_of, proof_of
from consent.requests import services
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.offers import STANDS
from consent.requests.queries import shown_of
from consent.requests.states import RequestState, Shown
from consent.scope import Audience, Binding, Proof, Scope, Withdrawal
from consent.scope.documents import read_scope
from tests.consent.people import account, scope_for
from tests.consent.requests.asking import PERSON, drafted, sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refusal(act: Any, **kwargs: Any) -> tuple[str, int]:
    with pytest.raises(Refusal) as refused:
        act(**kwargs)
    return refused.value.code, refused.value.status


def test_it_keeps_the_whole_scope_and_seals_who_is_asked(creator: User) -> None:
    request = drafted(creator)
    assert (
        read_scope(request.scope) == scope_for(creator, request.created_at) or request.scope["outputs"] == 3
    )
    assert name_of(request) == PERSON
    assert PERSON.encode() not in bytes(request.sealed_name or b"")
    assert request.contact.sealed_address is not None
    assert request.state == RequestState.DRAFT


def test_it_keeps_a_deadline_of_the_sending(creator: User) -> None:
    now = timezone.now()
    request = drafted(creator, days=20, now=now)
    services.send(by=creator, request=request, now=now + DAY)
    request.refresh_from_db()
    assert request.answer_by == now + 21 * DAY
    assert services.send(by=creator, request=request, now=now + 2 * DAY).sent_at == now + DAY
    assert list(Record.objects.filter(subject=request.log_subject).values_list("kind", flat=True)) == [
        "request.draft",
        "request.sent",
    ]


def test_it_lets_nobody_ask_without_a_real_name_and_the_agreement(user: User, creator: User) -> None:
    asking = {"by": user, "name": PERSON, "address": "a@example.com", "scope": scope_for(user)}
    assert refusal(services.draft, **asking) == ("identity_required", 403)
    from accounts.users.agreement_text import newest

    newer = replace(newest(), version=newest().version + 1)
    publish_agreement(text=newer)
    assert refusal(services.draft, **{**asking, "by": creator}) == ("agreement_required", 403)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"elements": None}, "scope_incomplete"),
        ({"territories": frozenset()}, "scope_incomplete"),
        ({"grantee": "SOMEBODYELSE"}, "scope_not_theirs"),
        ({"not_after": datetime.fromisoformat("2020-01-01T00:00:00+00:00")}, "term_invalid"),
        ({"outputs": 0}, "outputs_invalid"),
        ({"withdrawal": Withdrawal.STOP_NEW}, "withdrawal_too_weak"),
        ({"audience": Audience.NAMED}, "recipients_missing"),
        ({"binding": Binding.THEME}, "content_missing"),
        ({"binding": Binding.SCRIPT, "bound_to": frozenset({"a poem"})}, "content_invalid"),
        ({"channels": frozenset({"Call me now"})}, "channel_invalid"),
        ({"binding": Binding.THEME, "bound_to": frozenset({"see evil.example"})}, "words_invalid"),
        ({"channels": frozenset({"*", "example.com"})}, "channel_invalid"),
        ({"territories": frozenset({"CN", "ZZ"})}, "territory_invalid"),
        ({"recipients": frozenset({"write to a@b.cn"})}, "names_invalid"),
        ({"recipients": frozenset({"Pay, or else!"})}, "names_invalid"),
        ({"recipients": frozenset("x" * each for each in range(1, 22))}, "names_invalid"),
    ],
)
def test_it_asks_for_nothing_that_leaves_a_clause_open_or_carries_a_message(
    creator: User, change: dict[str, Any], code: str
) -> None:
    scope = replace(scope_for(creator), **change)
    asking = {"by": creator, "name": PERSON, "address": "a@example.com", "scope": scope}
    assert refusal(services.draft, **asking) == (code, 422)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"name": " \u202e "}, "name_invalid"), ({"name": "x" * 101}, "name_invalid"),
     ({"days": 0}, "deadline_invalid"), ({"days": 61}, "deadline_invalid")],
)  # fmt: skip
def test_it_refuses_a_name_or_deadline_that_cannot_be(
    creator: User, change: dict[str, Any], code: str
) -> None:
    asking = {
        "by": creator,
        "name": PERSON,
        "address": "a@example.com",
        "scope": scope_for(creator),
        **change,
    }
    assert refusal(services.draft, **asking) == (code, 422)


def test_it_asks_one_person_once_at_a_time_for_one_thing(creator: User) -> None:
    drafted(creator)
    assert refusal(drafted, by=creator) == ("request_open", 409)
    assert refusal(drafted, by=creator, address="LIN@example.com ") == ("request_open", 409)
    assert drafted(creator, subject="work:0000000001").version == 1


def test_the_database_refuses_what_the_services_would_not_do(creator: User) -> None:
    request = sent(creator)
    for change in ({"dropped_as": "lost"}, {"reminders_mailed": 1}, {"reminders": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Request.objects.filter(pk=request.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(state="granted", dropped_as="cancelled")


def test_it_sends_a_new_version_and_kills_the_old_one(creator: User) -> None:
    request = sent(creator)
    scope = replace(read_scope(request.scope), outputs=1)
    new = services.edit(by=creator, request=request, scope=scope, name="Lin Meihua")
    request.refresh_from_db()
    assert (request.state, request.dropped_as) == (RequestState.SUPERSEDED, "superseded")
    assert (new.version, new.supersedes_id, new.scope["outputs"]) == (2, request.pk, 1)
    assert (name_of(new), new.contact_id, new.state) == ("Lin Meihua", request.contact_id, RequestState.HELD)
    assert refusal(services.edit, by=creator, request=request, scope=scope) == ("wrong_state", 409)


def test_it_changes_a_draft_in_place(creator: User) -> None:
    request = drafted(creator)
    new = services.edit(by=creator, request=request, scope=replace(scope_for(creator), outputs=2), days=3)
    assert (new.pk, new.version, new.scope["outputs"], name_of(new)) == (request.pk, 1, 2, PERSON)


def test_it_lets_only_the_requester_act(creator: User, person: User) -> None:
    request = sent(creator)
    for act in (services.send, services.cancel, services.remind):
        assert refusal(act, by=person, request=request) == ("not_yours", 403)
    assert services.cancel(by=creator, request=request) == services.cancel(by=creator, request=request)


def test_it_reminds_twice_at_most_and_not_at_once(creator: User) -> None:
    request, now = sent(creator), timezone.now()
    assert refusal(services.remind, by=creator, request=request, now=now + 2 * DAY) == ("reminded_early", 429)
    services.remind(by=creator, request=request, now=now + 4 * DAY)
    services.remind(by=creator, request=request, now=now + 8 * DAY)
    assert refusal(services.remind, by=creator, request=request, now=now + 12 * DAY) == (
        "reminded_often",
        429,
    )
    assert refusal(services.remind, by=creator, request=request, now=now + 15 * DAY) == ("wrong_state", 409)


def test_it_turns_an_offer_into_the_grant_that_the_person_signed(
    creator: User, person: User, countered: Request
) -> None:
    grant = services.accept_counter(by=creator, request=countered, counter_sha256=countered.counter_sha256)
    assert (grant.person, grant.outputs, grant.request) == (person, 1, countered)
    assert proof_of(grant) is Proof.SIGNED
    assert facts_of(grant)["text"] == "I agree to one."
    countered.refresh_from_db()
    assert countered.state == RequestState.GRANTED
    assert refusal(services.cancel, by=creator, request=countered) == ("wrong_state", 409)


def test_it_takes_no_offer_that_changed_lapsed_or_cannot_be_opened(
    creator: User, person: User, countered: Request
) -> None:
    accepting = {"by": creator, "request": countered, "counter_sha256": countered.counter_sha256}
    assert refusal(services.accept_counter, **{**accepting, "counter_sha256": "0" * 64}) == (
        "offer_changed",
        409,
    )
    late = timezone.now() + STANDS + DAY
    assert refusal(services.accept_counter, **accepting, now=late) == ("offer_gone", 410)
    Request.objects.filter(pk=countered.pk).update(counter_scope={**countered.scope, "outputs": 300})
    assert refusal(services.accept_counter, **accepting) == ("offer_gone", 410)
    Request.objects.filter(pk=countered.pk).update(counter_scope=countered.counter_scope)
    destroy(person)
    assert refusal(services.accept_counter, **accepting) == ("offer_gone", 410)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert refusal(services.accept_counter, **accepting) == ("offer_gone", 410)


def test_it_takes_no_offer_where_there_is_none(creator: User) -> None:
    request = sent(creator)
    accepting = {"by": creator, "request": request, "counter_sha256": ""}
    assert refusal(services.accept_counter, **accepting) == ("wrong_state", 409)


def test_it_clears_what_ran_out_out_of_the_way_of_a_new_request(creator: User) -> None:
    now = timezone.now()
    old = sent(creator, now=now - 50 * DAY)
    new = sent(creator, now=now)
    old.refresh_from_db()
    assert old.state == RequestState.EXPIRED
    assert shown_of(old, now) is Shown.NO_ANSWER
    assert new.state == RequestState.HELD


def test_it_says_of_a_request_that_moved_on_meanwhile(creator: User) -> None:
    request = sent(creator)
    stale = Request.objects.get(pk=request.pk)
    services.cancel(by=creator, request=request)
    with pytest.raises(Refusal, match="moved on"), transaction.atomic():
        move(stale, RequestState.SENT, by=None, now=timezone.now())


def test_it_lets_one_ask_oneself(person: User) -> None:
    scope: Scope = scope_for(person)
    assert services.draft(by=person, name=PERSON, address=person.email, scope=scope).requester == person
    assert account("other@example.com", "Chen Jing", "440305199211300072") != person
