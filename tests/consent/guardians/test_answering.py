"""A request for a child is answered by who acts for it, signed and said, and rests when the child is old enough (A-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.guardians.services import hand_over
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.answers import services
from consent.answers.evidence import check_signature
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.ticks import Tick
from consent.grants.evidence import facts_of, proof_of
from consent.grants.models import Grant
from consent.guardians.birthdays import sweep
from consent.requests.models import Request
from consent.requests.services import accept_counter
from consent.scope import Deny, GrantState, Proof
from consent.scope.documents import read_scope
from consent.statements.models import Statement
from consent.uses.services import check
from tests.consent.answers.asked import TICKS, asked, reauthenticate, seen
from tests.consent.answers.passkeys import Passkey
from tests.consent.answers.saying import RECORDING, said
from tests.consent.guardians.children import NAME, birthday, born_years_ago, child_of
from tests.consent.people import NUMBERS, account, proposed
from tests.consent.statements.hearing import accept

pytestmark = pytest.mark.django_db
ADDRESS = "mother@example.com"


@pytest.fixture
def mother() -> User:
    return account(ADDRESS, "Lin Mei", NUMBERS[2])


@pytest.fixture
def father() -> User:
    return account("father@example.com", "Wang Wei", NUMBERS[3])


@pytest.fixture
def passkey(mother: User) -> Passkey:
    passkey = Passkey()
    passkey.register(mother)
    return passkey


@pytest.fixture
def born() -> date:
    """The birthday of somebody who is thirteen."""
    return born_years_ago(13)


@pytest.fixture
def child(mother: User, staff_user: User, born: date) -> User:
    return child_of(mother, staff_user, born)


@pytest.fixture
def request_(creator: User) -> Request:
    """A question to the mother's address, about the child."""
    return asked(creator, address=ADDRESS, name=NAME)


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    reauthenticate(browser, user)
    return browser


def own(request: Request, name: str = "page") -> str:
    return reverse(f"own_requests:{name}", args=[request.answer_reference])


def granted_for(child: User, mother: User, request: Request, passkey: Passkey, heard_by: User) -> Grant:
    accept(by=heard_by, statement=said(request, mother, passkey))
    return Grant.objects.get(person=child)


def test_a_child_of_thirteen_is_answered_for_by_its_guardian_aloud(
    mother: User,
    child: User,
    creator: User,
    staff_user: User,
    request_: Request,
    passkey: Passkey,
    born: date,
) -> None:
    browser = browser_of(mother)
    browser.post(own(request_, "look"))
    assert "If it is your child under 14" in browser.get(own(request_)).content.decode()
    ticks = {each.value: "on" for each in Tick}
    sent = {"version": "1", "scope_sha256": request_.scope_sha256, **ticks}
    text = browser.post(own(request_, "ask"), sent).content.decode()
    assert f"as the guardian of the child {child.producer_id}" in text
    question = Question.objects.get()
    assert (question.person, question.ward) == (mother, child)
    assertion = passkey.sign(challenge_of(question))
    answer = browser.post(
        own(request_, "agree"), {"nonce": bytes(question.nonce).hex(), "assertion": assertion}
    )
    statement = Statement.objects.get()
    assert (statement.person, statement.speaker, Grant.objects.count()) == (child, mother, 0)
    browser.post(answer["Location"], {"recording": SimpleUploadedFile("a.ogg", RECORDING)})
    staff_user.groups.set([Group.objects.get_or_create(name="consent_reviewer")[0]])
    desk = browser_of(staff_user)
    desk.get(reverse("statement_review:recording", args=[statement.reference]))
    desk.post(reverse("statement_review:accept", args=[statement.reference]))
    grant = Grant.objects.get()
    assert (grant.person, grant.guardian, proof_of(grant)) == (child, mother, Proof.SPOKEN)
    facts = facts_of(grant)
    assert check_signature(facts)
    assert (facts["guardian"], facts["child"]) == (mother.producer_id, child.producer_id)
    request_.refresh_from_db()
    assert (request_.state, request_.person) == ("granted", child)
    _rests_from_the_fourteenth_birthday(grant, creator, born)


def _rests_from_the_fourteenth_birthday(grant: Grant, creator: User, born: date) -> None:
    use = proposed(creator, grant)
    assert not isinstance(check(use), Deny)
    # Under fourteen until the very day, at whatever time of the year the test runs.
    fourteenth = birthday(born, 14)
    assert sweep(now=fourteenth - timedelta(days=1)) == 0
    assert sweep(now=fourteenth) == 1
    grant.refresh_from_db()
    assert (grant.state, grant.suspended_because) == (GrantState.SUSPENDED, "birthday")
    assert isinstance(check(use, now=fourteenth), Deny)


def _refused(request: Request, by: User) -> str:
    with pytest.raises(Refusal) as refusal:
        services.ask(request, by=by, seen=seen(request), ticks=TICKS, locale="en")
    return refusal.value.code


def test_nobody_else_answers_for_a_child(
    mother: User, father: User, staff_user: User, creator: User, request_: Request, passkey: Passkey
) -> None:
    assert _refused(request_, mother) == "not_the_person"  # nobody is confirmed as its guardian
    child_of(mother, staff_user, born_years_ago(13))
    assert _refused(request_, father) == "not_the_person"
    assert _refused(asked(creator, address=ADDRESS, name="Lin Da", subject="a"), mother) == "not_the_person"
    assert _refused(asked(mother, address=ADDRESS, name=NAME), mother) == "not_the_person"
    assert not Question.objects.exists()


def test_a_guardian_without_a_passkey_adds_one_first(mother: User, child: User, request_: Request) -> None:
    assert _refused(request_, mother) == "signature_needed"


def test_a_child_does_not_answer_for_itself_nor_a_guardian_for_somebody_of_fourteen(
    mother: User, child: User, creator: User, born: date, request_: Request, passkey: Passkey
) -> None:
    EmailAddress.objects.create(user=child, email="xiao@example.com", verified=True)
    User.objects.filter(pk=child.pk).update(is_active=True)
    to_child = asked(creator, address="xiao@example.com", name=NAME)
    assert _refused(to_child, child) == "guardian_needed"
    browser = browser_of(child)
    browser.post(own(to_child, "look"))
    assert "a confirmed guardian has to agree" in browser.get(own(to_child)).content.decode()
    fourteenth = birthday(born, 14)
    late = asked(creator, address=ADDRESS, name=NAME, subject="work:0000000001")
    Request.objects.filter(pk=late.pk).update(answer_by=fourteenth + timedelta(days=9))
    with pytest.raises(Refusal) as refused:
        services.ask(late, by=mother, seen=seen(late), ticks=TICKS, locale="en", now=fourteenth)
    assert refused.value.code == "guardian_not_needed"


def test_a_guardian_offers_less(
    mother: User, child: User, creator: User, staff_user: User, request_: Request, passkey: Passkey
) -> None:
    less = replace(read_scope(request_.scope), outputs=1)
    accept(by=staff_user, statement=said(request_, mother, passkey, less))
    request_.refresh_from_db()
    grant = accept_counter(by=creator, request=request_, counter_sha256=request_.counter_sha256)
    assert (grant.person, grant.guardian, grant.outputs) == (child, mother, 1)


def test_a_guardian_sees_and_ends_what_they_agreed_to(
    mother: User, child: User, staff_user: User, request_: Request, passkey: Passkey
) -> None:
    grant = granted_for(child, mother, request_, passkey, staff_user)
    browser = browser_of(mother)
    assert f"In place of the child {NAME}" in browser.get(reverse("likeness:page")).content.decode()
    withdrawing = reverse("likeness:withdraw", args=[grant.reference])
    page = browser.get(reverse("likeness:grant", args=[grant.reference])).content.decode()
    assert withdrawing in page
    assert "Contest it" not in page
    browser.post(withdrawing)
    grant.refresh_from_db()
    assert grant.state == GrantState.WITHDRAWN


def test_the_other_guardian_sees_and_contests(
    mother: User, father: User, child: User, born: date, staff_user: User, request_: Request, passkey: Passkey
) -> None:
    grant = granted_for(child, mother, request_, passkey, staff_user)
    browser, contesting = browser_of(father), reverse("likeness:contest", args=[grant.reference])
    assert browser.get(contesting).status_code == 404
    assert browser.get(own(request_)).status_code == 404
    assert child_of(father, staff_user, born) == child
    assert "Who asks" in browser.get(own(request_)).content.decode()
    page = browser.get(reverse("likeness:page")).content.decode()
    assert contesting in page
    assert "Withdraw" not in page.partition("<main")[2]
    assert "Contest this consent?" in browser.get(contesting).content.decode()
    browser.post(reverse("likeness:withdraw", args=[grant.reference]))
    browser.post(reverse("likeness:withdraw_all"))
    grant.refresh_from_db()
    assert grant.state == GrantState.ACTIVE
    assert "It rests." in browser.post(contesting, follow=True).content.decode()
    grant.refresh_from_db()
    assert (grant.state, grant.suspended_because) == (GrantState.SUSPENDED, "guardian")
    assert browser.post(contesting).status_code == 302


def test_it_is_the_childs_own_once_it_is_handed_over(
    mother: User, child: User, born: date, staff_user: User, request_: Request, passkey: Passkey
) -> None:
    grant = granted_for(child, mother, request_, passkey, staff_user)
    fourteenth = birthday(born, 14)
    hand_over(by=mother, ward=child, address="xiao@example.com", now=fourteenth)
    child.refresh_from_db()
    page = browser_of(child).get(reverse("likeness:page")).content.decode()
    assert reverse("likeness:withdraw", args=[grant.reference]) in page
    assert "In place of the child" not in page
