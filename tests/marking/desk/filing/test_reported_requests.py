from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.users.models import User
from consent.answers.services import report
from marking.desk.cases.contents import description_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.answers.asked import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(user: User) -> Work:
    return Work.objects.create(
        owner=user, state=WorkState.AWAITING_CONSENT, tool="generator", kind="content", depicts="face",
        source_name="picture.png", source_path="none", source_sha256="0" * 64, source_bytes=13,
        media_type="image/png", width=1, height=1, created_at=timezone.now(),
    )  # fmt: skip


def test_it_files_a_case_about_the_work_and_its_requester(user: User, work: Work) -> None:
    request = asked(user, subject=f"work:{work.code}")
    report(request, by=None)
    case = Case.objects.get()
    assert (case.kind, case.work, case.contact) == (Kind.NO_CONSENT, work, None)
    said = description_of(case)
    assert user.producer_id in said
    assert str(request.reference) in said
    assert "lin@example.com" not in said


@pytest.mark.parametrize("subject", ["", "work:!", "use:0000000001", "work:0000000001"])
def test_it_files_one_without_a_work_where_there_is_none(user: User, subject: str) -> None:
    report(asked(user, subject=subject), by=None)
    assert Case.objects.get().work is None
