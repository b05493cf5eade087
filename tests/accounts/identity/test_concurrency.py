from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from accounts.identity import asking, services
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim, IdentityQuestion
from accounts.identity.states import ClaimState
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from config.environment import read

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "11010519491231002X"
Act = Callable[[], object]


def _at_once(*acts: Act) -> list[str]:
    """Run all acts in threads that start together; answer what came of each, sorted."""
    barrier, results = Barrier(len(acts)), []

    def run(act: Act) -> None:
        barrier.wait()
        try:
            act()
            results.append("done")
        except Refusal as refusal:
            results.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(acts), "an act ended in an error that is no refusal"
    return sorted(results)


def _submit(user: User) -> Act:
    return lambda: services.submit_claim(
        by=user,
        document_type=DocumentType.RESIDENT_ID,
        name="Ada Lovelace",
        number=NUMBER,
    )


def _ask(user: User) -> Act:
    question = IdentityQuestion.objects.get(user=user)
    return lambda: asking.ask(question.pk, timezone.now())


def test_it_takes_one_of_several_claims_that_one_person_submits_at_once(user: User) -> None:
    results = _at_once(*[_submit(user)] * 4)

    assert results == ["claim_open"] * 3 + ["done"]
    assert IdentityClaim.objects.count() == 1
    assert Record.objects.count() == 1


def test_it_verifies_one_of_two_people_with_one_document_and_leaves_the_other_waiting(
    user: User, other_user: User, settings: Settings
) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})
    for claimant in (user, other_user):
        _submit(claimant)()
    results = _at_once(*[_ask(claimant) for claimant in (user, other_user)])

    assert results == ["done", "done"]
    states = sorted(IdentityClaim.objects.values_list("state", flat=True))
    assert states == [ClaimState.PENDING, ClaimState.VERIFIED]


def test_it_lets_one_of_two_reviewers_decide(user: User, staff_user: User, operator: User) -> None:
    _submit(user)()
    claims = [IdentityClaim.objects.get(), IdentityClaim.objects.get()]
    results = _at_once(
        lambda: services.approve(by=staff_user, claim=claims[0]),
        lambda: services.reject(by=operator, claim=claims[1], reason="No"),
    )
    assert results == ["claim_decided", "done"]
    assert Record.objects.count() == 2


def test_it_accepts_one_of_two_claims_to_one_document(
    user: User, other_user: User, staff_user: User, operator: User
) -> None:
    for claimant in (user, other_user):
        _submit(claimant)()
    first, second = IdentityClaim.objects.order_by("pk")
    results = _at_once(
        lambda: services.approve(by=staff_user, claim=first),
        lambda: services.approve(by=operator, claim=second),
    )
    assert results == ["document_taken", "done"]
    assert IdentityClaim.objects.filter(state=ClaimState.VERIFIED).count() == 1


def test_of_a_hundred_sign_ups_of_one_person_exactly_one_is_verified(db: None) -> None:
    spellings = [NUMBER, "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002x"]
    people = [User.objects.create_user(f"mei{place}@example.com", "correct horse") for place in range(100)]
    acts = [_vouch(person, spellings[place % 3]) for place, person in enumerate(people)]
    assert _at_once(*acts) == ["document_taken"] * 99 + ["done"]
    assert IdentityClaim.objects.filter(state=ClaimState.VERIFIED).count() == 1


def _vouch(user: User, number: str) -> Act:
    return lambda: services.vouch(
        by=None, user=user, document_type=DocumentType.RESIDENT_ID, name="Ada Lovelace", number=number
    )
