"""How often the database is asked. For tests of what must not ask more often of more rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(read: Callable[[], Iterable[object]]) -> int:
    """How many queries it takes to ``read`` all."""
    with CaptureQueriesContext(connection) as queries:
        list(read())
    return len(queries)
