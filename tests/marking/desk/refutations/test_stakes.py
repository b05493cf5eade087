"""Whoever has a stake in a note has no part in it, and does not read the desk's page of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.proposals.stakes import holders_of
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.models import Case
from marking.desk.refutations.models import RefutationVersion, RefutedWork
from marking.desk.refutations.services import Wording, decide_on_copy, decline, publish, revise, write
from marking.works.models import Work
from tests.accounts.sanctions.decisions import moderator
from tests.marking.desk.complaints import filed
from tests.marking.verification.marked_files import NUMBER, marked_file, register

pytestmark = pytest.mark.django_db
EN = "The speech shown here was never held."
WORDING = Wording("画面所示的讲话从未发生。", EN, (), "Office for Facts")


@pytest.fixture
def writer() -> User:
    return moderator("writer")


@pytest.fixture
def owner(work: Work, writer: User) -> User:
    """The owner of the work, who is a moderator as well."""
    work.owner.groups.set(writer.groups.all())
    return work.owner


@pytest.fixture
def complainant(work: Work) -> User:
    """A moderator who complained of the work."""
    found = moderator("complainant")
    Case.objects.filter(pk=filed(work=work).pk).update(reporter=found)
    return found


@pytest.fixture
def version(work: Work, writer: User) -> RefutationVersion:
    return write(by=writer, work=work, wording=WORDING)


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("who", ["owner", "complainant"])
def test_they_are_refused_by_services_and_pages(
    who: str, version: RefutationVersion, work: Work, writer: User, request: pytest.FixtureRequest
) -> None:
    party: User = request.getfixturevalue(who)
    assert party.pk in holders_of(version.refutation.log_subject)
    for act in (
        lambda: write(by=party, work=work, wording=WORDING),
        lambda: revise(by=party, refutation=version.refutation, wording=WORDING),
        lambda: publish(by=party, version=version),
        lambda: decline(by=party, version=version),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "own_work"
    own = [version.refutation_id]
    for name, args in (
        *((name, own) for name in ("refutation", "revise", "publish", "decline", "withdraw")),
        ("copy", [*own, work.code]),
    ):
        address = reverse(f"refutation_desk:{name}", args=args)
        browser = browser_of(party)
        response = browser.get(address) if name == "refutation" else browser.post(address, {"version": "1"})
        page = response.content.decode()
        assert (response.status_code, EN in page, writer.producer_id in page) == (403, False, False)
    version.refresh_from_db()
    assert version.state == "proposed"


def test_what_is_only_proposed_stands_in_no_list_of_theirs(
    version: RefutationVersion, owner: User, complainant: User, writer: User
) -> None:
    address = reverse("refutation_desk:list")
    note = reverse("refutation_desk:refutation", args=[version.refutation_id])
    for reader, times in ((writer, 2), (owner, 0), (complainant, 0)):  # among those that wait, and among all
        page = browser_of(reader).get(address).content.decode()
        assert (page.count(note), EN in page) == (times, bool(times))


def test_the_owner_of_the_work_does_not_say_which_copies_tell_the_same(
    version: RefutationVersion, owner: User, other_user: User
) -> None:
    copy = register(other_user, marked_file(), number=NUMBER + 1).work
    with pytest.raises(Refusal) as refused:
        decide_on_copy(by=owner, refutation=version.refutation, work=copy, is_same=False)
    assert refused.value.code == "own_work"
    assert not RefutedWork.objects.filter(work=copy).exists()
