"""The keeper's Celery application: ``celery -A config.keeper worker --queues vault``. The one process with the opening key."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from functools import partial

import django
from django.conf import settings

from accounts.vault.opening import OpeningKey
from accounts.vault.opening_keys import WITHHELD, OpeningKeysError, load_opening
from config.celery import app as app

logger = logging.getLogger(__name__)


def become() -> None:
    """Load the opening key into this process, and take it out of its environment, which children would inherit."""
    from accounts.vault import keeper

    # Kept for reading the file again where a key is added; the environment below loses what names it.
    named = {name: os.environ[name] for name in WITHHELD if name in os.environ}
    try:
        keeper.hold(load_opening(settings.DATA, named), reread=partial(_load_again, named))
    except OpeningKeysError as error:
        sys.exit(f"keeper: {error}")
    for name in WITHHELD:
        os.environ.pop(name, None)


def _load_again(named: Mapping[str, str]) -> tuple[OpeningKey, ...]:
    """The opening keys as they are now; none where they cannot be read, which the log of the process tells."""
    try:
        return load_opening(settings.DATA, named)
    except OpeningKeysError as error:
        logger.error("the opening keys could not be read again: %s", error)
        return ()


django.setup()
become()
