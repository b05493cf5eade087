"""What owners of a noted work or of a copy are told, with which reasons, and how they appeal."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.notices.models import Notice
from accounts.notices.preferences import choose
from accounts.reasons.checking import check
from accounts.reasons.documents import document_of
from accounts.reasons.models import StatementOfReasons
from accounts.reasons.redress import decision_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.appeals.appealable import find
from marking.desk.appeals.services import file_own, overturn
from marking.desk.ended import of_reasons
from marking.desk.refutations import tasks
from marking.desk.refutations.models import RefutationVersion
from marking.desk.refutations.queries import note_on
from marking.desk.refutations.services import (
    decide_on_copy,
    publish,
    revise,
    take_back,
    write,
)
from marking.desk.refutations.telling import tell
from marking.works import services
from marking.works.models import Work
from tests.accounts.sanctions.decisions import moderator
from tests.marking.desk.refutations.noted import EN, WORDING, copy_of
from tests.marking.verification.marked_files import NUMBER


class TestTelling:
    def test_it_tells_once_whoever_was_handed_a_file(
        self, work: Work, proposed: RefutationVersion, publisher: User, other_user: User, operator: User
    ) -> None:
        services.record_download(by=other_user, work=work)
        services.record_download(by=work.owner, work=work)
        publish(by=publisher, version=proposed)

        assert set(Notice.objects.values_list("kind", flat=True)) == {"work.own_refuted"}
        assert tell(proposed.pk) == 1
        assert tell(proposed.pk) == 0
        tasks.sweep()
        told = set(Notice.objects.values_list("user__email", "kind"))
        assert told == {(other_user.email, "work.refuted"), (work.owner.email, "work.own_refuted")}

    def test_it_tells_them_when_it_is_taken_back(
        self, work: Work, published: RefutationVersion, publisher: User, other_user: User
    ) -> None:
        services.record_download(by=other_user, work=work)
        take_back(by=publisher, refutation=published.refutation, wording=WORDING)
        newest = published.refutation.versions.last()

        assert newest is not None
        before = set(Notice.objects.values_list("pk", flat=True))
        assert tell(newest.pk) == 2
        new = Notice.objects.exclude(pk__in=before)
        assert set(new.values_list("kind", flat=True)) == {"work.refutation_withdrawn"}

    def test_what_is_not_published_is_told_to_nobody(self, proposed: RefutationVersion) -> None:
        assert tell(proposed.pk) == 0
        tasks.tell(proposed.pk)
        assert not Notice.objects.exists()


class TestReasons:
    def test_each_owner_gets_them_in_their_language_and_the_note_itself_is_not_quoted(
        self, work: Work, proposed: RefutationVersion, publisher: User, other_user: User
    ) -> None:
        copy_of(work, owner=other_user, number=NUMBER + 1)
        choose(by=other_user, language="zh-hans", wanted=())
        publish(by=publisher, version=proposed)
        stated = {each.person: each for each in StatementOfReasons.objects.all()}
        assert set(stated) == {work.owner, other_user}
        assert "Version 1 of a note" in stated[work.owner].facts
        assert "虚假信息" in stated[other_user].explanation
        for each in stated.values():
            document = document_of(each)
            assert check(document) == []
            assert document["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_LABELLED"]
            assert EN not in str(document)
        owner = Client()
        owner.force_login(work.owner)
        address = reverse("reasons:statement", args=[stated[work.owner].pk])
        assert address in owner.get(reverse("notices:inbox")).content.decode()
        appeal = reverse("own_appeals:page", args=["refutation", proposed.refutation_id])
        assert appeal in owner.get(address).content.decode()

    def test_a_new_version_is_a_decision_of_its_own_and_taking_back_is_none(
        self, work: Work, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        def stated() -> int:
            return StatementOfReasons.objects.filter(person=work.owner).count()

        assert stated() == 1
        publish(by=publisher, version=revise(by=writer, refutation=published.refutation, wording=WORDING))
        assert stated() == 2
        back = revise(by=writer, refutation=published.refutation, wording=WORDING, withdraws=True)
        publish(by=publisher, version=back)
        tasks.sweep()
        assert stated() == 2

    def test_they_are_kept_from_when_the_note_said_something_else(
        self, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        first = StatementOfReasons.objects.get()
        assert of_reasons([first.log_subject]) == {}
        newer = revise(by=writer, refutation=published.refutation, wording=WORDING)
        publish(by=publisher, version=newer)
        assert of_reasons([first.log_subject]) == {first.log_subject: newer.decided_at}

    def test_what_is_uploaded_again_afterwards_is_stated_by_the_sweep_once_and_by_a_machine(
        self, work: Work, published: RefutationVersion, other_user: User
    ) -> None:
        copy_of(work, owner=other_user, number=NUMBER + 1, released_at=timezone.now())
        for _turn in range(2):
            tasks.sweep()
        late = StatementOfReasons.objects.get(person=other_user)
        assert (late.by, late.automated_detection) == (None, True)
        assert Notice.objects.filter(user=other_user, kind="work.own_refuted").count() == 1


class TestAppealOfACopysOwner:
    @pytest.fixture
    def copy(self, work: Work, published: RefutationVersion, publisher: User, other_user: User) -> Work:
        """A near copy of somebody else's that carries the note since somebody looked."""
        copy = copy_of(work, owner=other_user, number=NUMBER + 1, source_sha256="e" * 64)
        decide_on_copy(by=publisher, refutation=published.refutation, work=copy, is_same=True)
        return copy

    def test_takes_the_note_off_their_work_alone(self, work: Work, copy: Work, publisher: User) -> None:
        kind, reference = decision_of(StatementOfReasons.objects.get(person=copy.owner))
        decision = find(kind, reference)
        assert decision is not None
        assert (decision.kind, decision.against) == ("label", copy.owner)
        appeal = file_own(by=copy.owner, decision=decision, text="My picture shows another speech.")
        with pytest.raises(Refusal) as refusal:
            overturn(by=publisher, appeal=appeal, reasons="It is another speech.")
        assert refusal.value.code == "took_part"
        overturn(by=moderator("third"), appeal=appeal, reasons="It is another speech.")
        assert note_on(copy) is None
        assert note_on(work) is not None
        assert find(kind, reference) is None
        kinds = list(Record.objects.filter(kind__startswith="refutation.copy").values_list("kind", flat=True))
        assert sorted(kinds) == ["refutation.copy_confirmed", "refutation.copy_dismissed"]

    def test_takes_the_note_back_where_it_is_the_very_file(
        self, work: Work, proposed: RefutationVersion, publisher: User, other_user: User
    ) -> None:
        copy_of(work, owner=other_user, number=NUMBER + 1)
        publish(by=publisher, version=proposed)
        decision = find(*decision_of(StatementOfReasons.objects.get(person=other_user)))
        assert decision is not None
        appeal = file_own(by=other_user, decision=decision, text="The speech was held, on the third of May.")
        overturn(by=moderator("third"), appeal=appeal, reasons="The minutes show it.")
        assert note_on(work) is None

    @pytest.mark.parametrize("reference", ["", "x", "²", "0", "999999"])
    def test_is_about_nothing_else(self, copy: Work, reference: str) -> None:
        assert find("label", reference) is None


class TestAppeal:
    def test_the_author_appeals_and_another_takes_it_back(
        self, work: Work, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        decision = find("refutation", str(published.refutation_id))
        assert decision is not None
        appeal = file_own(by=work.owner, decision=decision, text="The speech was held, on the third of May.")
        waiting = revise(by=writer, refutation=published.refutation, wording=WORDING)
        for each in (writer, publisher):
            with pytest.raises(Refusal) as refusal:
                overturn(by=each, appeal=appeal, reasons="The minutes show it.")
            assert refusal.value.code == "took_part"

        overturn(by=moderator("third"), appeal=appeal, reasons="The minutes show it.")
        assert note_on(work) is None
        waiting.refresh_from_db()
        assert waiting.state == "declined"
        assert find("refutation", str(published.refutation_id)) is None
        assert find("refutation", "nonsense") is None
        assert find("refutation", "00000000-0000-4000-8000-000000000000") is None

    def test_neither_of_the_two_whose_note_fell_writes_or_publishes_again(
        self, work: Work, published: RefutationVersion, writer: User, publisher: User
    ) -> None:
        refutation, third = published.refutation, moderator("third")
        take_back(by=third, refutation=refutation, wording=WORDING)
        anew = revise(by=third, refutation=refutation, wording=WORDING)
        for each in (writer, publisher):
            for act in (
                lambda by=each: write(by=by, work=work, wording=WORDING),
                lambda by=each: revise(by=by, refutation=refutation, wording=WORDING),
                lambda by=each: publish(by=by, version=anew),
            ):
                with pytest.raises(Refusal) as refusal:
                    act()
                assert refusal.value.code == "decided_before"

        publish(by=moderator("fourth"), version=anew)
        assert note_on(work) is not None
