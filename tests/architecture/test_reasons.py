"""Whatever restricts somebody's work or account has a statement of reasons that the EU's database would take (Digital Services Act Art. 17)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.notices.models import Notice
from accounts.reasons.checking import check
from accounts.reasons.documents import document_of
from accounts.reasons.models import StatementOfReasons
from accounts.reasons.redress import appeal_address, decision_of
from accounts.records import requirements
from accounts.records.models import Record
from accounts.sanctions import services as sanctions
from accounts.sanctions.models import Sanction
from accounts.sanctions.states import Step
from accounts.users.models import User
from marking.desk import sweeping
from marking.desk.cases.kinds import Kind
from marking.desk.decisions import services as deciding
from marking.desk.decisions.about_works import take_down
from marking.desk.filing.services import file_case
from marking.desk.measures.grounds import basis_of
from marking.desk.measures.models import Measure
from marking.desk.refutations import services as refuting
from marking.desk.refutations import tasks
from marking.works.models import Work
from tests.accounts.sanctions.decisions import moderator, sanctioned
from tests.consent.depicting import work_of
from tests.consent.people import NUMBERS, account
from tests.marking.desk.complaints import complaint

pytestmark = pytest.mark.django_db

RESTRICTS = frozenset(
    {
        "work.blocked",
        "case.access_off",
        "sanction.imposed",
        "refutation.published",
        "refutation.copy_confirmed",
    }
)
"""Kinds of records that tell of a restriction by the operator, be it by people or by a program."""
RESTRICTS_NOT: Mapping[str, str] = {
    **dict.fromkeys(
        ["work.consent_ended", "work.consent_missing", "use.cut_off", "use.removed", "use.declined_by_person"],
        "the person shown decides, and the operator carries it out unexamined; the owner is told by a notice",
    ),
    **dict.fromkeys(
        ["grant.revoked", "grant.suspended", "grant.invalidated", "mandate.revoked", "guardian.turned_down"],
        "between the one who grants and the one who is granted something",
    ),
    **dict.fromkeys(
        ["answer.refused", "answer.refused_not_the_person", "answer.refused_question_gone", "answer.blocked",
         "answer.refused_request_changed", "answer.refused_signature_invalid", "rules.unblocked", "work.unblocked"],
        "somebody asked says no, or their answer is not taken as one",
    ),
    **dict.fromkeys(
        ["identity.rejected", "identity.ended", "organisation.rejected", "organisation.ended", "statement.rejected"],
        "a proof is not accepted: it is said which, and can be given anew; nothing that was published is judged",
    ),
    **dict.fromkeys(
        ["case.rejected", "case.declined", "hold.lifted", "refutation.declined", "refutation.copy_dismissed", "sanction.declined",
         "sanction.ended", "sanction.lifted"],
        "nothing is restricted by it, or something not any more",
    ),
    **dict.fromkeys(
        ["access.refused", "access.approval_refused", "access.failed", "access.gag_ended", "access.content_erased",
         "case.contact_removed", "case.content_erased", "log.frozen", "key.removed"],
        "the desk, the log and the keys themselves",
    ),
    **dict.fromkeys(
        ["account.role_taken", "account.sessions_ended", "account.erased", "api.client_revoked", "webhook.disabled", "webhook.removed",
         "work.deleted", "work.failed", "work.files_removed", "work.unlabelled_copy_failed", "work.unlabelled_copy_removed",
         "export.failed", "export.removed", "statement.recording_removed"],
        "at their own wish, by a time that was named before, or by something that broke",
    ),
}  # fmt: skip
"""Kinds whose words sound like it, and why they need none."""
SOUNDS_LIKE_IT = re.compile(
    r"\.(.*_)?(off|imposed|blocked|unblocked|published|copy_confirmed|ended|missing|removed|dismissed|rejected|refused|revoked|suspended|"
    r"invalidated|disabled|frozen|turned|down|failed|erased|lifted|taken|deleted|restricted|limited|closed_account|demoted)(_.*)?$"
)
NEITHER = frozenset({"agreement.published", "case.taken"})


def test_every_kind_of_record_that_sounds_like_a_restriction_is_placed() -> None:
    kinds = set(requirements.all_kinds())
    placed = RESTRICTS | set(RESTRICTS_NOT) | NEITHER
    assert {kind for kind in kinds if SOUNDS_LIKE_IT.search(kind)} - placed == set()
    assert placed - kinds == set()
    assert not RESTRICTS & set(RESTRICTS_NOT)


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


@pytest.fixture
def owner() -> User:
    return account("creator@example.com", "Ada Lovelace", NUMBERS[1])


@pytest.fixture
def work(owner: User) -> Work:
    return work_of(owner, "released", depicts="nobody")


@pytest.fixture
def staff() -> tuple[User, User]:
    return moderator("first"), moderator("second")


Staff = tuple[User, User]


def by_people(work: Work, staff: Staff) -> None:
    case, _code = file_case(complaint(kind=Kind.PRIVACY, work=work))
    deciding.take(by=staff[0], case=case)
    basis = {name: value for name, value in asdict(basis_of(Kind.PRIVACY)).items() if name != "keywords"}
    said = {name: str(value) for name, value in basis.items()}
    take_down(by=staff[0], case=case, facts="It shows the inside of a flat.", **said)


def by_record(work: Work, staff: Staff) -> None:
    Work.objects.filter(pk=work.pk).update(depicts="face")
    work.refresh_from_db()
    file_case(complaint(work=work))


def by_clock(work: Work, staff: Staff) -> None:
    said = complaint(kind=Kind.INTIMATE_IMAGE, work=work, signature="M. Yourcenar", is_in_good_faith=True)
    file_case(said, now=timezone.now() - timedelta(hours=60))
    sweeping.sweep()


def limiting(work: Work, staff: Staff) -> None:
    sanctioned(work.owner, staff[0], now=timezone.now())


def suspending(work: Work, staff: Staff) -> None:
    sanctioned(work.owner, staff[0], Step.SUSPEND, now=timezone.now())


def closing(work: Work, staff: Staff) -> None:
    sanctions.confirm(by=staff[1], sanction=sanctioned(work.owner, staff[0], Step.CLOSE, now=timezone.now()))


def refuting_it(work: Work, staff: Staff) -> None:
    wording = refuting.Wording(
        "画面所示的讲话从未发生。", "The speech shown here was never held.", (), "Office for Facts"
    )
    refuting.publish(by=staff[1], version=refuting.write(by=staff[0], work=work, wording=wording))


def refuting_a_copy(work: Work, staff: Staff) -> None:
    refuting_it(_of_another(source_sha256="9" * 64), staff)
    refutation = _newest_note()
    refuting.decide_on_copy(by=staff[0], refutation=refutation, work=work, is_same=True)


def refuted_before_its_upload(work: Work, staff: Staff) -> None:
    source = work.source_sha256
    Work.objects.filter(pk=work.pk).update(source_sha256="7" * 64)
    refuting_it(_of_another(), staff)
    Work.objects.filter(pk=work.pk).update(source_sha256=source, released_at=timezone.now())
    tasks.sweep()


def _of_another(**changes: Any) -> Work:
    other = account("other@example.com", "Lin Mei", NUMBERS[2])
    return work_of(other, "released", depicts="nobody", **({"marked_sha256": "8" * 64} | changes))


def _newest_note() -> Any:
    from marking.desk.refutations.models import Refutation

    return Refutation.objects.get()


ACTS: Mapping[Callable[[Work, Staff], None], frozenset[str]] = {
    by_people: frozenset({"work.blocked", "case.access_off"}),
    by_record: frozenset({"work.blocked", "case.access_off"}),
    by_clock: frozenset({"work.blocked", "case.access_off"}),
    limiting: frozenset({"sanction.imposed"}),
    suspending: frozenset({"sanction.imposed"}),
    closing: frozenset({"sanction.imposed"}),
    refuting_it: frozenset({"refutation.published"}),
    refuting_a_copy: frozenset({"refutation.published", "refutation.copy_confirmed"}),
    refuted_before_its_upload: frozenset({"refutation.published"}),
}
"""Everything that restricts, and the kinds of records it leaves. The rungs of the ladder but a warning, which restricts nothing (Art. 17(1))."""


def test_every_kind_that_restricts_is_acted_out() -> None:
    assert frozenset().union(*ACTS.values()) == RESTRICTS
    assert {Step.LIMIT, Step.SUSPEND, Step.CLOSE} == set(Step) - {Step.WARN}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_it_leaves_a_statement_that_the_database_takes_and_that_its_owner_can_object_to(
    act: Callable[[Work, Staff], None], work: Work, staff: Staff
) -> None:
    act(work, staff)
    left = set(Record.objects.values_list("kind", flat=True)) & RESTRICTS
    assert left == ACTS[act]
    (statement,) = StatementOfReasons.objects.filter(person=work.owner)
    assert check(document_of(statement)) == []
    assert Record.objects.filter(kind="reasons.stated", subject=statement.log_subject).exists()
    assert Notice.objects.filter(user=work.owner).exists()
    assert statement.automated_decision == (
        "AUTOMATED_DECISION_FULLY"
        if act in (by_record, by_clock, refuted_before_its_upload)
        else "AUTOMATED_DECISION_NOT_AUTOMATED"
    )
    kind, reference = decision_of(statement)
    assert appeal_address(work.owner, kind, reference)


class TestTheDatabase:
    def test_takes_no_measure_without_one(self, work: Work) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Measure.objects.create(work=work, imposed_at=timezone.now())

    def test_takes_no_sanction_without_one(self, owner: User, staff: Staff) -> None:
        for step in (Step.LIMIT, Step.SUSPEND):
            row = Sanction.objects.filter(pk=sanctioned(owner, staff[0], step).pk)
            with pytest.raises(IntegrityError, match="stated_but_a_warning"), transaction.atomic():
                row.update(statement="")

    def test_brings_none_into_force_without_one(self, owner: User, staff: Staff) -> None:
        proposal = sanctioned(owner, staff[0], Step.CLOSE)
        forced = {
            "state": "in_force",
            "begins_at": timezone.now(),
            "decided_at": timezone.now(),
            "decided_by": staff[1],
        }
        with pytest.raises(IntegrityError, match="stated_but_a_warning"), transaction.atomic():
            Sanction.objects.filter(pk=proposal.pk).update(**forced)

    def test_takes_a_warning_without_one(self, owner: User, staff: Staff) -> None:
        assert sanctioned(owner, staff[0], Step.WARN).statement == ""
