from __future__ import annotations

import pytest

from accounts.users.models import User
from marking.works.models import Work
from tests.consent.depicting import work_of


@pytest.fixture
def work(creator: User) -> Work:
    """A work that is declared to show a face, and waits."""
    return work_of(creator)
