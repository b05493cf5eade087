"""Who writes and publishes notes, and on what."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts.users.models import User
from marking.desk.refutations.models import RefutationVersion
from marking.desk.refutations.services import (
    publish,
    write,
)
from marking.works import certificate_pages
from marking.works.models import Work
from tests.accounts.sanctions.decisions import moderator
from tests.marking.desk.refutations.noted import WORDING
from tests.marking.verification.marked_files import MarkedFile, marked_file, register


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()
    certificate_pages._kept.clear()


@pytest.fixture
def writer(db: None) -> User:
    return moderator("writer")


@pytest.fixture
def publisher(db: None) -> User:
    return moderator("publisher")


@pytest.fixture
def marked() -> MarkedFile:
    return marked_file()


@pytest.fixture
def work(verified_user: User, marked: MarkedFile) -> Work:
    return register(verified_user, marked).work


@pytest.fixture
def proposed(work: Work, writer: User) -> RefutationVersion:
    return write(by=writer, work=work, wording=WORDING)


@pytest.fixture
def published(proposed: RefutationVersion, publisher: User) -> RefutationVersion:
    publish(by=publisher, version=proposed)
    return proposed
