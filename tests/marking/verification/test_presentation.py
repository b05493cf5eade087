"""A shown report …"""

from __future__ import annotations

import pytest
from django.utils import timezone

from marking.policy.removal import Clause
from marking.registry.models import Registration
from marking.verification.presentation import shown
from marking.verification.report import (
    Evidence,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    Report,
    State,
    Verdict,
)
from marking.works.models import Work
from tests.marking.verification.marked_files import CODE
from tests.unrecorded import unrecorded

BADGES = {
    "found", "not_found", "invalid", "mismatched", "unknown_signer", "removed", "altered", "inconclusive",
}  # fmt: skip


def report_of(*evidence: Evidence, origin: MarkedHere | None = None) -> Report:
    return Report("a.png", Verdict.SUSPECTED, origin, evidence)


@pytest.mark.parametrize("finding", list(Finding))
def test_it_knows_the_badges_of_the_page_alone(finding: Finding) -> None:
    for layer in (Layer.WATERMARK, Layer.HASH, Layer.CREDENTIAL):
        try:
            cards = shown(report_of(Evidence(layer, finding))).evidence
        except KeyError:
            continue  # this layer never finds that
        assert cards[0].finding in BADGES


def test_it_explains_the_verdict_and_each_layer() -> None:
    report = shown(
        report_of(Evidence(Layer.GENERATOR, Finding.FOUND, {"tools": ("ComfyUI",), "secret": "x"}))
    )
    assert report.marked_here is None
    assert report.sentence.startswith("Suspected")
    assert "Anybody can write them" in report.explanation
    assert report.evidence[0].details == [("Programs", "ComfyUI")]


@pytest.mark.parametrize(("picture", "badge"), [("same", "found"), ("other", "mismatched")])
def test_a_label_of_another_picture_does_not_match(picture: str, badge: str) -> None:
    label = Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "1", "picture": picture})
    assert shown(report_of(label)).evidence[0].finding == badge


def test_it_leads_to_the_certificate_and_names_removed_marks(registered: Registration) -> None:
    origin = MarkedHere(CODE, State.MARKS_REMOVED, (Layer.WATERMARK,))
    report = shown(report_of(Evidence(Layer.WATERMARK, Finding.NOT_FOUND), origin=origin))
    assert report.evidence[0].finding == "removed"
    assert report.marked_here is not None
    assert report.marked_here.url == f"/w/{CODE}"
    assert [mark.title for mark in report.marked_here.removed] == ["Watermark"]
    assert report.marked_here.released_at == registered.work.released_at


@pytest.mark.parametrize("clause", list(Clause))
@pytest.mark.parametrize("how", list(How))
def test_it_has_words_for_every_removal(clause: Clause, how: How, db: None) -> None:
    mark = RemovedMark(Layer.CREDENTIAL, how, (clause,))
    report = shown(report_of(origin=MarkedHere(CODE, State.ALTERED, removed_marks=(mark,))))
    assert report.marked_here is not None
    (removal,) = report.marked_here.removed
    assert removal.title == "Content credential"
    assert removal.sentence.endswith(".")
    assert removal.clauses == clause.value


def test_it_does_without_a_date_when_the_work_is_unknown(db: None) -> None:
    report = shown(report_of(origin=MarkedHere(CODE, State.INTACT)))
    assert report.marked_here is not None
    assert report.marked_here.released_at is None


def test_it_hands_on_the_hash_of_the_file_for_complaints() -> None:
    assert shown(report_of(Evidence(Layer.HASH, Finding.UNREGISTERED, {"sha256": "ab"}))).sha256 == "ab"
    assert shown(report_of(Evidence(Layer.HASH, Finding.INCONCLUSIVE))).sha256 == ""
    assert shown(report_of()).sha256 == ""


@pytest.mark.parametrize(
    ("is_final", "state", "said"),
    [(True, "consent_ended", "Consent ended on"), (False, "disputed", "is being settled")],
)
def test_it_says_that_the_people_shown_do_not_allow_it_any_more(
    registered: Registration, is_final: bool, state: str, said: str
) -> None:
    now = timezone.now()
    with unrecorded():
        Work.objects.filter(pk=registered.work_id).update(
            state="consent_ended", consent_ended_at=now, files_due_at=now if is_final else None
        )
    report = shown(report_of(origin=MarkedHere(CODE, State.ALTERED)))
    assert report.marked_here is not None
    assert report.marked_here.state == state
    assert said in report.marked_here.consent
