"""Records of a release and of each file handed out say how far it may reach."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from consent.scope.documents import read_use, write_use
from consent.uses.models import Use
from marking.works.models import Work
from marking.works.services import record_download
from tests.consent.depicting import on_record, published
from tests.consent.people import NUMBERS, account, granted

pytestmark = pytest.mark.django_db


def said(kind: str) -> Any:
    return body_of(Record.objects.get(kind=kind))


@pytest.fixture
def shown(transactional_db: None) -> Work:
    """A released work that shows somebody, with its records."""
    person = account("lin@example.com", "Lin Mei")
    creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
    work, _use = published(creator, granted(person, creator))
    return work


def test_what_nobody_limited_is_worldwide_by_link(released: Work, verified_user: User) -> None:
    body = said("work.released")
    assert (body["audience"], body["channel"], body["territory"]) == ("public", "link", "worldwide")
    record_download(by=verified_user, work=released)
    body = said("work.downloaded")
    assert (body["recipient"], body["channel"]) == (verified_user.producer_id, "page")
    assert body["territory"] == "worldwide"


def test_what_shows_somebody_reaches_as_far_as_its_terms_say(shown: Work) -> None:
    on_record(shown)
    terms = read_use(Use.objects.get().terms, None)
    body = said("work.released")
    assert terms.audience is not None
    assert body["audience"] == terms.audience.value
    assert body["channel"] == sorted(terms.channels or ())
    assert body["territory"] == ["CN"]
    record_download(by=shown.owner, work=shown)
    assert said("work.downloaded")["territory"] == ["CN"]


def test_an_address_among_the_channels_is_told_by_its_digest(shown: Work) -> None:
    use = Use.objects.get()
    use.terms = {**write_use(read_use(use.terms, None)), "channels": ["lin@example.com", "school.example"]}
    use.save()
    on_record(shown)
    channels = said("work.released")["channel"]
    assert channels[1] == "school.example"
    assert channels[0].startswith("sha256:")
