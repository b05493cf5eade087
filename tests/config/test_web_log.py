"""The web server's log …"""

from __future__ import annotations

import logging

import pytest


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_names_no_sender(address: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("gunicorn.error").warning(
        f"Invalid request from ip={address}: Invalid HTTP request line: 'x'"
    )
    assert caplog.messages == ["Invalid request from ip=…: Invalid HTTP request line: 'x'"]


def test_says_everything_else(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("gunicorn.error").warning("Worker (pid:%s) was sent SIGKILL!", 12)
    assert caplog.messages == ["Worker (pid:12) was sent SIGKILL!"]
