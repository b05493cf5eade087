"""Works that measures are taken against."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.reasons.models import StatementOfReasons
from accounts.reasons.services import state
from accounts.users.models import User
from marking.desk.measures.models import Measure
from marking.desk.measures.services import impose
from marking.works.models import Work
from tests.accounts.reasons.statements import NOW, reasons

Impose = Callable[..., Measure]


def statement_about(work: Work, by: User | None = None) -> StatementOfReasons:
    """The reasons of a measure against ``work``."""
    with transaction.atomic():
        return state(person=work.owner, **reasons(subject=f"work:{work.code}", by=by))


@pytest.fixture
def off() -> Impose:
    """Turns the access to a work off."""

    def _off(work: Work, by: User | None = None, **fields: object) -> Measure:
        return impose(work=work, by=by, statement=statement_about(work, by), now=NOW, **fields)  # type: ignore[arg-type]

    return _off
