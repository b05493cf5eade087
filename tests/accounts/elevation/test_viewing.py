"""Looking at what was opened: each look is a record, the end of the window is the end, and the person learns of all of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.elevation import opening, services, sweeping, telling
from accounts.elevation.asking import OPENS_WITHIN
from accounts.elevation.keeper import Field
from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.queries import accesses_to
from accounts.elevation.states import ElevationState
from accounts.elevation.sweeping import CONTENT_KEPT
from accounts.notices.contents import content_of
from accounts.notices.models import Notice
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention import holds
from accounts.users.models import User
from accounts.vault.sealing import destroy
from tests.accounts.elevation.conftest import NAME, NUMBER
from tests.accounts.elevation.officers import REASON, Approver, wish

pytestmark = pytest.mark.django_db


def kinds(elevation: Elevation) -> list[str]:
    """What the log says of a request, in order."""
    found = Record.objects.filter(subject=elevation.log_subject).order_by("sequence")
    return [each.kind.removeprefix("access.") for each in found]


def end_of(elevation: Elevation) -> datetime:
    assert elevation.ends_at is not None
    return elevation.ends_at


def refused(concerned: ConcernedPerson, by: User, now: datetime | None = None) -> str:
    with pytest.raises(Refusal) as refusal:
        services.view(concerned, by=by, now=now)
    return refusal.value.code


def test_the_one_who_asked_sees_it_and_each_look_is_recorded(
    asker: User, person: User, concerned: ConcernedPerson
) -> None:
    for _ in range(2):
        assert services.view(concerned, by=asker) == {Field.NAME: NAME, Field.NUMBER: NUMBER}
    assert Viewing.objects.filter(viewer=asker).count() == 2
    assert str(Viewing.objects.first()).startswith(asker.producer_id)
    looks = Record.objects.filter(kind="access.viewed", subject=concerned.elevation.log_subject)
    assert looks.count() == 2
    assert [each.body.person_key.user for each in looks] == [person, person]  # type: ignore[union-attr]
    assert body_of(looks[0])["fields"] == ["name", "number"]  # type: ignore[call-overload,index]


def test_nobody_else_sees_it_a_superuser_neither(
    concerned: ConcernedPerson, operator: User, guard: Approver, colleague: Approver, person: User
) -> None:
    for other in (operator, guard.user, colleague.user, person):
        assert refused(concerned, other) == "not_allowed"
    assert not Viewing.objects.exists()


def test_who_lost_the_role_sees_nothing_more(asker: User, concerned: ConcernedPerson) -> None:
    asker.groups.clear()
    assert refused(concerned, asker) == "not_allowed"


def test_nothing_is_seen_before_it_is_open(approved: Elevation, asker: User) -> None:
    assert refused(approved.persons.get(), asker) == "window_over"


def test_the_end_of_the_window_shuts_it_at_once_without_a_sweep(
    asker: User, concerned: ConcernedPerson
) -> None:
    end = end_of(concerned.elevation)
    assert services.view(concerned, by=asker, now=end - timedelta(seconds=1))
    assert refused(concerned, asker, end) == "window_over"
    elevation = Elevation.objects.get()
    assert (elevation.state, elevation.window_key) == (ElevationState.CLOSED, None)
    assert ConcernedPerson.objects.get().sealed is None


def test_a_clock_that_was_set_back_shows_nothing(asker: User, concerned: ConcernedPerson) -> None:
    before = timezone.now() - timedelta(days=1)
    assert refused(concerned, asker, before) == "window_over"


def test_the_sweep_destroys_the_key_and_tells_the_person(opened: Elevation, person: User) -> None:
    sweeping.sweep(now=end_of(opened) - timedelta(seconds=1))
    opened.refresh_from_db()
    assert opened.state == ElevationState.OPEN
    for _ in range(2):
        sweeping.sweep(now=end_of(opened))
    opened.refresh_from_db()
    assert (opened.state, opened.window_key, opened.told_at) == (ElevationState.CLOSED, None, end_of(opened))
    assert Notice.objects.filter(user=person, kind="identity.opened").count() == 1
    assert kinds(opened) == ["asked", "approved_first", "approved_second", "opened", "closed", "told"]


def test_the_asker_shuts_it_early_and_nobody_else_does(
    opened: Elevation, asker: User, guard: Approver
) -> None:
    with pytest.raises(Refusal, match="permission"):
        services.close(opened, by=guard.user)
    services.close(opened, by=asker)
    with pytest.raises(Refusal, match="moved on"):
        services.close(opened, by=asker)


def test_every_look_stands_on_the_persons_own_page(
    asker: User, person: User, concerned: ConcernedPerson
) -> None:
    browser = Client()
    browser.force_login(person)
    looks = [timezone.now() + timedelta(seconds=each) for each in (1, 2, 3)]
    for at in looks:
        services.view(concerned, by=asker, now=at)
    assert asker.producer_id not in browser.get("/me/accesses/").text
    services.close(concerned.elevation, by=asker)
    page = browser.get("/me/accesses/").text
    for at in looks:
        assert timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") in page
    assert page.count(asker.producer_id) == 1 + len(looks)
    for said in (REASON, "Verified name", "PIPL Art. 13(1)(3)", "ab" * 32):
        assert said in page
    assert NAME not in page
    assert NUMBER not in page


@pytest.mark.parametrize(("is_looked_at", "kind"), [(True, "identity.seen"), (False, "identity.opened")])
def test_the_person_is_told_what_was_opened_and_apart_from_it_whether_anybody_looked(
    asker: User, person: User, colleague: Approver, guard: Approver, is_looked_at: bool, kind: str
) -> None:
    elevation = services.ask(by=asker, wish=wish(person, fields=frozenset(Field)))  # no telephone is held
    colleague.approve(elevation)
    guard.approve(elevation)
    assert opening.open_approved(elevation.pk)
    elevation.refresh_from_db()
    if is_looked_at:
        services.view(elevation.persons.get(), by=asker)
    services.close(elevation, by=asker)
    notice = Notice.objects.get(user=person, kind__startswith="identity.", subject=elevation.log_subject)
    assert notice.kind == kind
    assert content_of(notice).params["fields"] == "Verified name, Document number"
    browser = Client()
    browser.force_login(person)
    page = browser.get("/me/accesses/").text
    assert "Telephone number" not in page
    assert ("Nobody has looked." in page) is not is_looked_at


def test_nobody_sees_the_accesses_of_others(opened: Elevation, asker: User, guard: Approver) -> None:
    services.close(opened, by=asker)
    assert not accesses_to(guard.user).exists()


# --- told later --------------------------------------------------------------------------------------------------


@pytest.fixture
def gagged(asker: User, person: User, colleague: Approver, guard: Approver) -> Elevation:
    """A request that was opened and closed, of which the person is not to know yet."""
    review = timezone.localdate() + timedelta(days=30)
    reason = "The person would move the money before the order is carried out."
    asked = services.ask(by=asker, wish=wish(person, gag_until=review, gag_reason=reason))
    colleague.approve(asked)
    guard.approve(asked)
    assert opening.open_approved(asked.pk)
    asked.refresh_from_db()
    services.close(asked, by=asker)
    return asked


def test_a_gag_holds_until_the_day_of_its_review_and_no_longer(gagged: Elevation, person: User) -> None:
    assert gagged.gag_until is not None
    midnight = timezone.make_aware(datetime.combine(gagged.gag_until, datetime.min.time()))
    sweeping.sweep(now=midnight - timedelta(seconds=1))
    assert not Notice.objects.filter(user=person).exists()
    assert not accesses_to(person).exists()
    sweeping.sweep(now=midnight)
    assert Notice.objects.filter(user=person, kind="identity.opened").count() == 1
    assert accesses_to(person).count() == 1


def test_nobody_is_told_twice_nor_while_it_is_open(opened: Elevation, asker: User, person: User) -> None:
    assert not telling.tell_persons(opened, timezone.now())
    stale = Elevation.objects.get()
    services.close(opened, by=asker)
    stale.state = ElevationState.CLOSED
    assert not telling.tell_persons(stale, timezone.now())
    assert Notice.objects.filter(user=person).count() == 1


def test_what_somebody_else_ended_in_between_stays_as_they_left_it(opened: Elevation, asker: User) -> None:
    stale = list(Elevation.objects.filter(state=ElevationState.OPEN))
    services.close(opened, by=asker)
    with pytest.raises(Refusal):
        services.close(stale[0], by=None)
    concerned = opened.persons.select_related("elevation", "person").get()
    concerned.elevation = stale[0]
    stale[0].state = ElevationState.OPEN
    assert refused(concerned, asker, end_of(opened)) == "window_over"
    assert refused(concerned, asker, end_of(opened) - timedelta(seconds=1)) == "window_over"


def test_an_approver_ends_a_gag_early(gagged: Elevation, person: User, asker: User, guard: Approver) -> None:
    asker.groups.clear()
    with pytest.raises(Refusal, match="permission"):
        services.end_gag(gagged, by=asker)
    services.end_gag(gagged, by=guard.user)
    assert Notice.objects.filter(user=person, kind="identity.opened").count() == 1
    with pytest.raises(Refusal, match="moved on"):
        services.end_gag(gagged, by=guard.user)
    assert kinds(gagged)[-2:] == ["gag_ended", "told"]


def test_what_was_never_opened_is_told_to_nobody(asked: Elevation, person: User, asker: User) -> None:
    services.cancel(asked, by=asker)
    sweeping.sweep(now=timezone.now() + timedelta(days=400))
    assert not Notice.objects.filter(user=person).exists()
    assert not accesses_to(person).exists()


def test_somebody_erased_in_between_is_told_nothing_and_nothing_breaks(
    opened: Elevation, asker: User, person: User, concerned: ConcernedPerson
) -> None:
    destroy(person)
    assert services.view(concerned, by=asker)
    services.close(opened, by=asker)
    assert not Notice.objects.filter(user=person).exists()
    last = Record.objects.filter(kind="access.viewed").get()
    assert last.body.person_key is None
    said = body_of(last)
    assert isinstance(said, dict)
    assert set(said) == {"fields", "viewing", "session"}  # which, but of nobody any more


# --- time --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["asked", "approved"])
def test_what_is_not_open_in_time_expires(
    state: str, asked: Elevation, asker: User, colleague: Approver, guard: Approver
) -> None:
    if state == "approved":
        colleague.approve(asked)
        guard.approve(asked)
    sweeping.sweep(now=asked.asked_at + OPENS_WITHIN - timedelta(seconds=1))
    asked.refresh_from_db()
    assert asked.state == state
    for _ in range(2):
        sweeping.sweep(now=asked.asked_at + OPENS_WITHIN)
    asked.refresh_from_db()
    assert asked.state == ElevationState.EXPIRED
    assert kinds(asked)[-1] == "expired"
    assert Notice.objects.filter(user=asker, kind="elevation.decided").count() == 1
    assert not opening.open_approved(asked.pk)


def test_what_was_written_is_erased_after_three_years(opened: Elevation, asker: User, person: User) -> None:
    services.close(opened, by=asker)
    assert opened.ended_at is not None
    sweeping.sweep(now=opened.ended_at + CONTENT_KEPT - timedelta(days=1))
    opened.refresh_from_db()
    assert opened.content is not None
    for _ in range(2):
        sweeping.sweep(now=opened.ended_at + CONTENT_KEPT)
    opened.refresh_from_db()
    assert (opened.content, opened.wrapped_key) == (None, None)
    assert kinds(opened).count("content_erased") == 1
    browser = Client()
    browser.force_login(person)
    page = browser.get("/me/accesses/").text
    assert asker.producer_id in page
    assert REASON not in page
    browser.force_login(asker)
    assert "The content is erased." in browser.get(f"/desk/elevations/{opened.reference}").text


@pytest.mark.parametrize("whose", ["asker", "person"])
def test_what_was_written_stays_while_an_account_in_it_is_held(
    opened: Elevation, asker: User, person: User, staff_user: User, whose: str
) -> None:
    services.close(opened, by=asker)
    assert opened.ended_at is not None
    due, held = opened.ended_at + CONTENT_KEPT, {"asker": asker, "person": person}[whose]
    holds.propose(
        by=staff_user, subject=f"user:{held.producer_id}", case="1", document_sha256="ab" * 32, now=due
    )
    assert sweeping.erase_contents(now=due) == 0
    assert sweeping.erase_contents(now=due + holds.CONFIRMED_WITHIN) == 1
