from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.records.verify import verify
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.answers import text
from consent.answers.evidence import check_signature
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.restoring import ask_to_restore, restored_until, sign_to_restore
from consent.answers.services import grant as agree
from consent.grants.evidence import facts_of, proof_of
from consent.grants.models import Grant
from consent.scope import GrantState, Proof
from consent.withdrawal.services import withdraw
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.answers.asked import ADDRESS, NAME, asked, given, reauthenticate
from tests.consent.answers.passkeys import Passkey
from tests.consent.depicting import published
from tests.consent.people import account, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> User:
    return account(ADDRESS, NAME)


@pytest.fixture
def passkey(person: User) -> Passkey:
    passkey = Passkey()
    passkey.register(person)
    return passkey


@pytest.fixture
def browser(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    reauthenticate(browser, person)
    return browser


@pytest.fixture
def dark(person: User, creator: User) -> tuple[Grant, Work]:
    """A grant in answer to a request, withdrawn, and the work that was online under it."""
    request = asked(creator)
    grant = granted(person, creator)
    Grant.objects.filter(pk=grant.pk).update(request=request)
    work, _use = published(creator, grant)
    withdraw(by=person, grant=grant)
    grant.refresh_from_db()
    return grant, work


def address(grant: Grant, step: str = "") -> str:
    return f"/me/likeness/grants/{grant.pk}/restore{step}"


def test_the_person_takes_it_back_by_their_passkey(
    browser: Client, passkey: Passkey, dark: tuple[Grant, Work]
) -> None:
    grant, work = dark
    assert address(grant) in browser.get(f"/me/likeness/grants/{grant.pk}").content.decode()
    assert "Show me the text" in browser.get(address(grant)).content.decode()
    shown = browser.post(address(grant, "/text")).content.decode()
    question = Question.objects.get()
    assert f"I take back that I withdrew my consent {grant.pk}" in shown
    assert 'name="typed"' not in shown
    signed = {"nonce": bytes(question.nonce).hex(), "assertion": passkey.sign(challenge_of(question))}
    page = browser.post(address(grant, "/sign"), signed, follow=True).content.decode()
    assert "your consent stands again" in page
    new = grant.renewals.get()
    work.refresh_from_db()
    assert (new.state, proof_of(new), work.state) == (GrantState.ACTIVE, Proof.SIGNED, WorkState.RELEASED)
    assert check_signature(facts_of(new))
    # The work is a row that no upload made; all else is as the log tells.
    assert {each.code for each in verify(is_deep=True).told} == {"work_unrecorded"}
    assert browser.get(address(grant)).status_code == 302
    again = browser.post(address(grant, "/sign"), signed, follow=True).content.decode()
    assert "cannot be taken back (any more)" in again
    assert grant.renewals.count() == 1


def test_it_needs_a_fresh_sign_in_and_a_passkey(
    person: User, browser: Client, dark: tuple[Grant, Work]
) -> None:
    grant, _work = dark
    stale = Client()
    stale.force_login(person)
    assert "reauthenticate" in stale.post(address(grant, "/text"))["Location"]
    assert "Add a passkey" in browser.get(address(grant)).content.decode()
    assert "passkey" in browser.post(address(grant, "/text"), follow=True).content.decode()
    assert not Question.objects.exists()
    assert browser.post(address(grant, "/sign"), {"nonce": "x"}).status_code == 302


@pytest.mark.parametrize("sent", ["typed", "another's"])
def test_nothing_else_than_their_own_signature_will_do(
    person: User, passkey: Passkey, dark: tuple[Grant, Work], sent: str
) -> None:
    grant, _work = dark
    question = ask_to_restore(grant, by=person, locale="en")
    stolen = Passkey(name="another").sign(challenge_of(question))
    answer = given(typed="I agree") if sent == "typed" else given(stolen)
    with pytest.raises(Refusal) as refused:
        sign_to_restore(grant, by=person, nonce=bytes(question.nonce), given=answer)
    assert refused.value.code in ("signature_needed", "signature_invalid")
    assert not grant.renewals.exists()


def test_a_question_of_one_kind_answers_none_of_the_other(
    person: User, passkey: Passkey, dark: tuple[Grant, Work], creator: User
) -> None:
    grant, _work = dark
    question = ask_to_restore(grant, by=person, locale="en")
    assert grant.request is not None
    signed = given(passkey.sign(challenge_of(question)))
    with pytest.raises(Refusal):
        agree(grant.request, by=person, nonce=bytes(question.nonce), given=signed)
    Question.objects.update(template=text.TEMPLATE)
    with pytest.raises(Refusal) as gone:
        sign_to_restore(grant, by=person, nonce=bytes(question.nonce), given=signed)
    assert gone.value.code == "question_gone"


def test_it_is_possible_while_the_files_are_here_and_for_nobody_else(
    person: User, creator: User, dark: tuple[Grant, Work]
) -> None:
    grant, _work = dark
    assert grant.ended_at is not None
    until = grant.ended_at + timedelta(hours=settings.CONSENT_FILES_HOURS)
    assert restored_until(person, grant) == until
    assert restored_until(person, grant, until) is None
    assert restored_until(creator, grant) is None
    standing = granted(person, creator)
    assert restored_until(person, standing) is None
    other = Client()
    other.force_login(creator)
    assert other.get(address(grant)).status_code == 404
    assert timezone.now() < until


def test_what_was_said_aloud_need_not_be_said_again(person: User, passkey: Passkey, creator: User) -> None:
    from consent.grants.services import give
    from tests.consent.people import scope_for

    facts = {"text": "I agree.", "locale": "en", "spoken": {"statement": "x"}}
    scope = scope_for(creator)
    old = give(
        person=person, grantee=creator, scope=scope, proof=Proof.SPOKEN, facts=facts, request=asked(creator)
    )
    withdraw(by=person, grant=old)
    old.refresh_from_db()
    question = ask_to_restore(old, by=person, locale="en")
    signed = given(passkey.sign(challenge_of(question)))
    new = sign_to_restore(old, by=person, nonce=bytes(question.nonce), given=signed)
    assert (proof_of(new), facts_of(new)["spoken"]) == (Proof.SPOKEN, {"statement": "x"})
