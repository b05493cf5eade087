"""The web server's log …"""

from __future__ import annotations

import logging

import pytest


def written(message: str, *values: object) -> str:
    """What the log's own filters leave of a record."""
    logger = logging.getLogger("gunicorn.error")
    record = logger.makeRecord(logger.name, logging.WARNING, __file__, 1, message, values, None)
    assert logger.filter(record)
    return record.getMessage()


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_names_no_sender(address: str) -> None:
    message = f"Invalid request from ip={address}: Invalid HTTP request line: 'x'"
    assert written(message) == "Invalid request from ip=…: Invalid HTTP request line: 'x'"


def test_says_everything_else() -> None:
    assert written("Worker (pid:%s) was sent SIGKILL!", 12) == "Worker (pid:12) was sent SIGKILL!"
