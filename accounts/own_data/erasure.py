"""What becomes of somebody's copies when their account is erased."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.own_data.models import DataCopy
from accounts.users.models import User


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Remove the copies of ``user`` with their files."""
    names = [copy.file_name for copy in DataCopy.objects.filter(user=user)]
    DataCopy.objects.filter(user=user).delete()
    transaction.on_commit(partial(_delete, names))


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
