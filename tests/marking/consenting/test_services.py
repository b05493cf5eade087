from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.models import Grant
from consent.grants.services import give
from consent.requests.delivery import deliver
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.services import cancel
from consent.requests.states import RequestState
from consent.scope import Allow, Deny, Element, LabelStrength, Operation, Proof, Purpose
from consent.scope.documents import read_scope, write_scope
from consent.uses.models import Use
from marking.consenting import services
from marking.consenting.services import ConsentMissing, Place
from marking.works import services as works
from marking.works.models import Job, Work
from marking.works.states import WorkState
from tests.consent.depicting import work_of
from tests.consent.people import NUMBERS, account, granted, scope_for, terms_for

pytestmark = pytest.mark.django_db
FACE, SWAP = frozenset({Element.FACE}), frozenset({Operation.FACE_SWAP})


def asked(address: str = "lin@example.com") -> Place:
    return Place(FACE, SWAP, name="Lin Mei", address=address)


def answered(request: Request, person: User) -> Grant:
    """Grant ``request`` as the person's room does."""
    now = timezone.now()
    deliver(request.pk)
    request.refresh_from_db()
    move(request, RequestState.VIEWED, by=person, now=now)
    move(request, RequestState.CONFIRMED, by=person, now=now, person=person)
    move(request, RequestState.GRANTED, by=person, now=now, answered_at=now)
    facts = {"text": "I agree.", "locale": "en"}
    scope = read_scope(request.scope)
    return give(
        person=person,
        grantee=request.requester,
        scope=scope,
        proof=Proof.SIGNED,
        facts=facts,
        request=request,
    )


def said(work: Work, grant: Grant | None = None) -> None:
    """Say what ``work`` is for: what ``grant`` just covers."""
    scope = read_scope(grant.scope) if grant else scope_for(work.owner)
    services.set_terms(by=work.owner, work=work, terms=terms_for(scope))


def test_it_queues_a_work_once_the_person_grants_what_they_were_asked(
    creator: User, person: User, work: Work
) -> None:
    said(work)
    request = services.ask(by=creator, work=work, place=asked())
    work.refresh_from_db()
    assert work.state == WorkState.AWAITING_CONSENT
    grant = answered(request, person)
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED
    assert Job.objects.filter(work=work).exists()
    assert read_scope(grant.scope).bound_to == {work.source_sha256}


def test_it_neither_claims_nor_asks_for_a_label_that_it_does_not_draw(creator: User, person: User) -> None:
    prominent = replace(scope_for(creator), label=LabelStrength.PROMINENT)
    held, work = granted(person, creator, prominent), work_of(creator)
    said(work, held)
    decision = services.use_grant(by=creator, work=work, grant=held.reference, elements=FACE, operations=SWAP)
    assert isinstance(decision, Deny)
    assert [(each.clause, each.asked) for each in decision.trace] == [("label", "explicit")]
    use = Use.objects.get()
    assert services.scope_for(use, asked()).label is LabelStrength.EXPLICIT


def test_it_waits_until_everything_declared_has_a_person(creator: User, grant: Grant) -> None:
    work = work_of(creator, depicts="face_and_voice")
    said(work)
    services.use_grant(by=creator, work=work, grant=grant.reference, elements=FACE, operations=SWAP)
    work.refresh_from_db()
    places = Use.objects.get().people.all()
    assert work.state == WorkState.AWAITING_CONSENT
    assert [(each.elements, each.grant_id is None) for each in places] == [
        (["face"], False),
        (["voice"], True),
    ]


def test_it_takes_a_grant_that_one_holds(creator: User, grant: Grant, work: Work) -> None:
    said(work, grant)
    decision = services.use_grant(
        by=creator, work=work, grant=grant.reference, elements=FACE, operations=SWAP
    )
    work.refresh_from_db()
    assert isinstance(decision, Allow)
    assert work.state == WorkState.QUEUED


def test_it_takes_nobody_elses_grant_and_nobody_twice(
    creator: User, person: User, grant: Grant, work: Work
) -> None:
    other = account("other@example.com", "Zhao Wei", NUMBERS[2])
    theirs = granted(person, other)
    with pytest.raises(Refusal) as refused:
        services.use_grant(by=creator, work=work, grant=theirs.reference, elements=FACE, operations=SWAP)
    assert refused.value.code == "not_yours"
    services.use_grant(by=creator, work=work, grant=grant.reference, elements=FACE, operations=SWAP)
    second = granted(person, creator)
    with pytest.raises(Refusal) as refused:
        services.use_grant(by=creator, work=work, grant=second.reference, elements=FACE, operations=SWAP)
    assert refused.value.code == "person_twice"


def test_it_matches_nobody_twice_when_they_are_asked_under_two_addresses(
    creator: User, person: User, work: Work
) -> None:
    said(work)
    first = services.ask(by=creator, work=work, place=asked())
    second = services.ask(by=creator, work=work, place=asked("lin.mei@example.org"))
    answered(first, person)
    answered(second, person)
    assert [each.grant is None for each in Use.objects.get().people.all()] == [False, True]


def test_it_lets_somebody_ask_themselves(person: User) -> None:
    work = work_of(person)
    said(work)
    answered(services.ask(by=person, work=work, place=asked()), person)
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED


def test_it_asks_nobody_before_it_was_said_what_for(creator: User, work: Work) -> None:
    with pytest.raises(Refusal) as refused:
        services.ask(by=creator, work=work, place=asked())
    assert (refused.value.code, Request.objects.count()) == ("terms_missing", 0)


def test_it_asks_again_for_what_the_work_is_for_by_now(creator: User, work: Work) -> None:
    said(work)
    first = services.ask(by=creator, work=work, place=asked())
    terms = replace(terms_for(scope_for(creator)), purposes=frozenset({Purpose.COMMERCIAL}))
    services.set_terms(by=creator, work=work, terms=terms)
    use = Use.objects.get()
    (place,) = use.people.select_related("request")
    assert services.is_outdated(use, place, timezone.now())
    second = services.ask_again(by=creator, work=work, position=place.position)
    first.refresh_from_db()
    place.refresh_from_db()
    assert (first.state, second.version, place.request_id) == (RequestState.SUPERSEDED, 2, second.pk)
    assert not services.is_outdated(use, Use.objects.get().people.get(), timezone.now())


def test_it_cancels_the_request_of_whom_it_leaves_out(creator: User, work: Work) -> None:
    said(work)
    request = services.ask(by=creator, work=work, place=asked())
    services.leave_out(by=creator, work=work, position=Use.objects.get().people.get().position)
    request.refresh_from_db()
    (place,) = Use.objects.get().people.all()
    assert (request.state, place.request_id) == (RequestState.CANCELLED, None)
    with pytest.raises(Refusal, match="Nobody is named"):
        services.leave_out(by=creator, work=work, position=99)
    with pytest.raises(Refusal, match="Nobody was asked"):
        services.ask_again(by=creator, work=work, position=place.position)


def test_it_changes_nothing_of_others_works_and_of_works_that_do_not_wait(
    creator: User, person: User, work: Work
) -> None:
    terms = terms_for(scope_for(creator))
    with pytest.raises(Refusal) as refused:
        services.set_terms(by=person, work=work, terms=terms)
    assert refused.value.code == "not_yours"
    released = work_of(creator, "released")
    with pytest.raises(Refusal) as refused:
        services.set_terms(by=creator, work=released, terms=terms)
    assert refused.value.code == "not_waiting"


def test_it_says_all_at_once_and_asks_nobody_twice(creator: User, work: Work) -> None:
    terms = terms_for(scope_for(creator))
    for _ in range(2):
        assert isinstance(services.put(by=creator, work=work, terms=terms, places=[asked()]), Deny)
    assert Request.objects.count() == 1
    other = replace(terms, purposes=frozenset({Purpose.EDUCATION}))
    services.put(by=creator, work=work, terms=other, places=[asked()])
    assert sorted(Request.objects.values_list("state", flat=True)) == ["cancelled", "held"]


def test_it_changes_nothing_where_the_grants_do_not_cover(creator: User, person: User, work: Work) -> None:
    said(work)
    grant = answered(services.ask(by=creator, work=work, place=asked()), person)
    second = work_of(creator, source_sha256="1" * 64)
    terms = terms_for(scope_for(creator))
    services.put(by=creator, work=second, terms=terms, places=[asked("x@example.com")])
    with pytest.raises(ConsentMissing) as missing:
        services.cover_by(by=creator, work=second, grant=grant.reference)
    assert [each.clause for each in missing.value.decision.trace] == ["content"]
    assert "Content: agreed is this finished file only" in missing.value.in_words()
    assert Request.objects.filter(state=RequestState.HELD).count() == 1


def test_it_keeps_what_only_lacks_the_approval_of_the_file(creator: User, person: User, work: Work) -> None:
    grant = granted(person, creator, replace(scope_for(creator), needs_preview=True))
    with pytest.raises(ConsentMissing) as missing:
        services.cover_by(by=creator, work=work, grant=grant.reference)
    assert missing.value.is_kept
    assert Use.objects.get().people.get().grant == grant


def test_it_checks_again_when_a_grant_comes_into_force(creator: User, person: User, work: Work) -> None:
    from consent.grants.lifecycle import move as move_grant
    from consent.scope import GrantState
    from consent.signals import grant_changed

    scope = replace(scope_for(creator), purposes=frozenset({Purpose.ADVERTISING}))
    grant = granted(person, creator, scope, Proof.SPOKEN)
    services.set_terms(by=creator, work=work, terms=terms_for(scope))
    services.use_grant(by=creator, work=work, grant=grant.reference, elements=FACE, operations=SWAP)
    work.refresh_from_db()
    assert work.state == WorkState.AWAITING_CONSENT
    now = timezone.now() + timedelta(days=1, minutes=1)
    move_grant(grant, GrantState.ACTIVE, by=None, now=now)
    grant_changed.send(sender=Grant, grant=grant, by=None, now=now)
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED


def test_it_has_no_place_for_more_than_fifty_people(creator: User, work: Work) -> None:
    from consent.uses import depicting

    use = services.use_for(work)
    for _ in range(depicting.MOST_PEOPLE - 1):
        depicting.add_asked(use, request=None, elements=FACE, operations=SWAP)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="At most 50"):
        depicting.add_asked(use, request=None, elements=FACE, operations=SWAP)  # type: ignore[arg-type]


def test_it_matches_no_grant_that_nobody_was_asked_for(creator: User, person: User, work: Work) -> None:
    said(work)
    request = services.ask(by=creator, work=work, place=asked())
    granted(person, creator)
    assert Use.objects.get().people.get().grant is None
    assert write_scope(read_scope(request.scope)) == request.scope
    cancel(by=creator, request=request)


def test_it_names_nobody_by_a_grant_that_is_not_the_owners(person: User, grant: Grant) -> None:
    from consent.uses import depicting

    work = work_of(person)
    with pytest.raises(Refusal, match="somebody else"):
        depicting.add_granted(services.use_for(work), by=person, grant=grant, elements=FACE, operations=SWAP)


def test_it_takes_back_what_was_asked_for_a_work_that_is_deleted(
    creator: User, person: User, work: Work
) -> None:
    said(work)
    granted_one = services.ask(by=creator, work=work, place=asked())
    waiting = services.ask(by=creator, work=work, place=asked("x@example.com"))
    answered(granted_one, person)
    works.delete(by=creator, work=work)
    waiting.refresh_from_db()
    granted_one.refresh_from_db()
    assert (waiting.state, granted_one.state) == (RequestState.CANCELLED, RequestState.GRANTED)
