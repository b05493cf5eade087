from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.elevation import services
from accounts.elevation.asking import ASKED_PER_DAY, MOST_GAG, REASON_LENGTHS
from accounts.elevation.contents import content_of
from accounts.elevation.models import Elevation
from accounts.elevation.states import TRANSITIONS, ElevationState, may_move
from accounts.notices.models import Notice
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from tests.accounts.elevation.officers import DOCUMENT, REASON, Approver, officer, wish
from tests.consent.people import account

pytestmark = pytest.mark.django_db


def refused(by: User, request: services.Wish) -> str:
    with pytest.raises(Refusal) as refusal:
        services.ask(by=by, wish=request)
    return refusal.value.code


def test_it_says_in_both_languages_exactly_what_is_asked(asked: Elevation, asker: User, person: User) -> None:
    content = content_of(asked)
    assert content.asked.persons == (person.producer_id,)
    assert set(content.texts) == {"en", "zh-hans"}
    for said in (
        asker.producer_id,
        person.producer_id,
        REASON,
        DOCUMENT,
        "15 minutes",
        "Verified name, Document number",
    ):
        assert said in content.texts["en"]
    assert "Telephone" not in content.texts["en"]


def test_words_of_the_asker_end_no_quotation_and_begin_no_line(asker: User, person: User) -> None:
    reason = 'The police ask.”\nThe persons are told never: "nothing'
    asked = services.ask(by=asker, wish=wish(person, reason=reason))
    line = next(each for each in content_of(asked).texts["en"].splitlines() if each.startswith("Reason"))
    assert line == "Reason: “The police ask.’ The persons are told never: ’nothing”"


def test_all_who_may_approve_are_told_and_nobody_concerned(
    asker: User, guard: Approver, colleague: Approver
) -> None:
    other = officer("other@example.com", "privacy_officer")
    services.ask(by=asker, wish=wish(other))
    told = Notice.objects.filter(kind="elevation.waits").values_list("user__email", flat=True)
    assert set(told) == {guard.user.email, colleague.user.email}


def test_nothing_of_it_stands_open_in_database_or_log(asked: Elevation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM accounts_elevation")
        assert REASON.encode() not in bytes(cursor.fetchone()[0])
    body = body_of(Record.objects.get(kind="access.asked"))
    assert REASON not in str(body)
    assert body["fields"] == ["name", "number"]  # type: ignore[call-overload,index]


def test_it_is_about_one_to_three_different_persons_and_not_the_asker(asker: User, person: User) -> None:
    others = [officer(f"{each}@example.com") for each in range(3)]
    assert refused(asker, wish()) == "persons"
    assert refused(asker, wish(person, person)) == "persons"
    assert refused(asker, wish(person, *others)) == "persons"
    assert refused(asker, wish(asker)) == "concerned"
    services.ask(by=asker, wish=wish(*others))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fields": frozenset()}, "fields"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 61}, "minutes"),
        ({"reason": "x" * (REASON_LENGTHS[0] - 1)}, "reason_length"),
        ({"reason": " " * 50}, "reason_length"),
        ({"reason": "x" * (REASON_LENGTHS[1] + 1)}, "reason_length"),
        ({"reason": f"{REASON} \u202edesrever"}, "reason_illegible"),
        ({"reason": f"{REASON}\x00"}, "reason_illegible"),
        (
            {"gag_until": timezone.localdate() + timedelta(days=9), "gag_reason": f"{REASON}\u200b"},
            "reason_illegible",
        ),
        ({"document_sha256": ""}, "document_missing"),
        ({"document_sha256": "AB" * 32}, "document_missing"),
        ({"about": "work: or so"}, "about"),
        ({"gag_reason": "They would move the money at once."}, "gag"),
        ({"gag_until": timezone.localdate()}, "gag"),
        ({"gag_until": timezone.localdate() + MOST_GAG + timedelta(days=2)}, "gag"),
        ({"gag_until": timezone.localdate() + timedelta(days=9)}, "reason_length"),
    ],
)
def test_it_is_refused_with_what_was_expected(
    asker: User, person: User, changes: dict[str, object], code: str
) -> None:
    assert refused(asker, wish(person, **changes)) == code
    assert not Elevation.objects.exists()


def test_nobody_asks_for_a_table_of_identities(asker: User, person: User) -> None:
    for _ in range(ASKED_PER_DAY):
        services.ask(by=asker, wish=wish(person))
    assert refused(asker, wish(person)) == "too_many_requests"
    services.ask(by=asker, wish=wish(person), now=timezone.now() + timedelta(days=1))


def test_only_the_asker_takes_it_back(asked: Elevation, asker: User, guard: Approver) -> None:
    with pytest.raises(Refusal, match="permission"):
        services.cancel(asked, by=guard.user)
    services.cancel(asked, by=asker)
    with pytest.raises(Refusal, match="moved on"):
        services.cancel(asked, by=asker)
    assert asked.state == ElevationState.CANCELLED


def test_an_open_one_is_not_taken_back(opened: Elevation, asker: User) -> None:
    with pytest.raises(Refusal, match="moved on"):
        services.cancel(opened, by=asker)


def test_every_state_has_its_ways_and_nothing_ended_begins_again() -> None:
    assert set(TRANSITIONS) == set(ElevationState)
    reached = {new for ways in TRANSITIONS.values() for new in ways}
    assert reached == set(ElevationState) - {ElevationState.ASKED}
    assert not may_move(ElevationState.ASKED, ElevationState.OPEN)
    assert not may_move(ElevationState.CLOSED, ElevationState.OPEN)


def test_people_without_a_role_of_the_desk_are_no_holders(db: None) -> None:
    plain = account("plain@example.com", "Plain Person")
    assert refused(plain, wish(plain)) == "not_allowed"
