"""Secrets of webhooks, and the headers that prove a delivery to who knows them (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_BYTES = 32  # the specification asks for 24 to 64
PREFIX = "whsec_"


def new_secret() -> str:
    """256 random bits, as the libraries of Standard Webhooks take them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(message_id: str, body: str, keys: Iterable[str], *, now: datetime) -> dict[str, str]:
    """The headers of an attempt at ``now``: one signature for each of the secrets, HMAC-SHA256 over id, time and body."""
    at = now.astimezone(UTC)
    signatures = " ".join(Webhook(key).sign(message_id, at, body) for key in keys)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Yinji-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }
