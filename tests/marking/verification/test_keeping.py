"""Keeping a report …"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.db import IntegrityError

from accounts.refusals import Refusal
from marking.verification import keeping
from marking.verification.models import KeptReport
from marking.verification.restoring import kept_form
from marking.verification.tasks import purge_kept_reports
from tests.marking.verification.kept_reports import altered_report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def kept(*, with_name: bool = False, offered: str = "") -> str:
    return keeping.keep(offered or keeping.offer(altered_report(), now=NOW), with_name=with_name, now=NOW)


def test_it_gives_the_report_back_until_its_time_is_over() -> None:
    token = kept()
    assert len(token) == 22  # 128 bits
    found = keeping.look_up(token, now=NOW + timedelta(days=29, hours=23))
    assert found is not None
    assert found.checked_at == NOW
    assert found.expires_at == NOW + timedelta(days=30)
    assert found.report.as_dict() == altered_report().as_dict() | {"file": ""}
    assert found.explanation.startswith("The invisible watermark")
    assert keeping.look_up(token, now=NOW + timedelta(days=30)) is None
    assert not KeptReport.objects.exists()


def test_it_stores_no_address_and_no_name_unless_asked() -> None:
    token = kept()
    row = KeptReport.objects.get()
    assert token not in str(vars(row))
    assert "secret name" not in str(vars(row))
    assert str(row) == "report of 2026-11-23"
    named = keeping.look_up(kept(with_name=True), now=NOW)
    assert named is not None
    assert named.report.file == "secret name.jpg"


def test_the_same_report_sent_twice_is_kept_once() -> None:
    offered = keeping.offer(altered_report(), now=NOW)
    assert kept(offered=offered) == kept(offered=offered, with_name=True)
    assert KeptReport.objects.get().file == ""
    assert kept() != kept()


@pytest.mark.parametrize(
    "offered",
    ["", "x", "a:b", signing.Signer(salt="another").sign_object({"token": "t"})],
    ids=["nothing", "no signature", "a false one", "one for something else"],
)
def test_it_takes_nothing_that_it_has_not_signed(offered: str) -> None:
    with pytest.raises(Refusal) as caught:
        keeping.keep(offered, with_name=False, now=NOW)
    assert (caught.value.code, caught.value.status) == ("not_offered", 400)
    changed = keeping.offer(altered_report(), now=NOW)
    with pytest.raises(Refusal, match="not a result of this site"):
        keeping.keep("A" + changed[1:], with_name=False, now=NOW)


def test_it_takes_no_report_that_is_older_than_an_hour() -> None:
    offered = keeping.offer(altered_report(), now=NOW)
    later = NOW + timedelta(seconds=keeping.OFFERED_SECONDS)
    keeping.keep(offered, with_name=False, now=later)
    with pytest.raises(Refusal) as caught:
        keeping.keep(offered, with_name=False, now=later + timedelta(seconds=1))
    assert caught.value.status == 410


def test_what_is_over_is_deleted_without_anybody_looking() -> None:
    kept()
    assert keeping.purge(now=NOW + timedelta(days=29)) == 0
    KeptReport.objects.update(kept_at=NOW - timedelta(days=90), expires_at=NOW - timedelta(days=60))
    purge_kept_reports()
    assert not KeptReport.objects.exists()


def test_no_report_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError, match="kept_report_ends_after_it_begins"):
        KeptReport.objects.create(token_sha256="0", report={}, checked_at=NOW, kept_at=NOW, expires_at=NOW)


def test_an_unknown_address_has_nothing() -> None:
    assert keeping.look_up("AAAAAAAAAAAAAAAAAAAAAA", now=NOW) is None


@pytest.mark.parametrize(
    "fields", [{}, {**kept_form(altered_report()), "verdict": "a verdict of another version"}]
)
def test_a_report_of_another_version_is_gone(fields: dict[str, object]) -> None:
    token = kept()
    KeptReport.objects.update(report=fields)
    assert keeping.look_up(token, now=NOW) is None
