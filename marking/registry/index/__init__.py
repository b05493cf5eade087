"""Finding fingerprints among millions: one protocol, packed files on one machine, rows of PostgreSQL on many."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db import connection

from marking.registry.index.embedded import Embedded
from marking.registry.index.packing import REACH
from marking.registry.index.protocol import Hit, Index
from marking.registry.index.rows import Rows

__all__ = ["REACH", "Embedded", "Hit", "Index", "Rows", "current"]


@lru_cache(maxsize=1)
def current() -> Index:
    """Return the index of this site: rows where the database is PostgreSQL, which many machines share, else packed files."""
    return Rows() if connection.vendor == "postgresql" else Embedded(settings.DATA / "index")
