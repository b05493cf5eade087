from __future__ import annotations

import pytest

from marking.media.refusal import MESSAGES
from marking.works.execution import ENDINGS
from marking.works.failures import FAILURES, failure_sentence, may_retry
from marking.works.models import Work

CODES = {
    "record_incomplete",
    *MESSAGES,
    *ENDINGS.values(),
    "mark_missing",
    "other_watermark",
    "already_marked",
    "not_signed",
    "worker_died",
}

DETAILS = {"work": "00000003VG", "record": "work.received", "field": "tool", "source": "LOGS"}


def test_it_knows_every_way_to_fail() -> None:
    assert set(FAILURES) == CODES


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_it_offers_no_second_try_of_a_file_that_was_refused(code: str) -> None:
    assert not may_retry(Work(failure=code))


def test_it_offers_another_try_for_a_reason_that_it_does_not_know() -> None:
    assert may_retry(Work(failure="of_an_older_version"))


@pytest.mark.parametrize("code", sorted(CODES - {*MESSAGES, "already_marked"}))
def test_it_says_what_to_do_about_each(code: str) -> None:
    work = Work(failure=code, failure_details=DETAILS, width=900, height=900)
    assert len(failure_sentence(work)) > 40


@pytest.mark.django_db
def test_it_has_no_words_for_a_work_that_is_not_there() -> None:
    assert failure_sentence(Work(failure="already_marked", failure_details={"work": "00000003VG"})) == ""


@pytest.mark.parametrize(
    ("media_type", "advice"), [("image/gif", "save the picture as PNG"), ("image/png", "opaque background")]
)
def test_it_says_what_helps_a_picture_that_holds_no_watermark(media_type: str, advice: str) -> None:
    details = {"mark": "watermark"}
    work = Work(failure="mark_missing", failure_details=details, width=900, height=900, media_type=media_type)
    assert advice in failure_sentence(work)
