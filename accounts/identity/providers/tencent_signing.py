"""Signing of requests to Tencent Cloud: TC3-HMAC-SHA256. Pure.

Source: Tencent Cloud API documentation, "Signature v3" (tencentcloud.com document 1150/49447). The example there is a test.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json; charset=utf-8"
_NAMES = "content-type;host"


def authorization(
    *, host: str, service: str, body: bytes, key_id: str, secret: str, timestamp: int, path: str = "/"
) -> str:
    """The ``Authorization`` header of a POST of JSON. ``timestamp``: Unix time, which ``X-TC-Timestamp`` repeats."""
    day = datetime.fromtimestamp(timestamp, UTC).date().isoformat()
    scope = f"{day}/{service}/tc3_request"
    canonical = "\n".join(
        (
            "POST",
            path,
            "",
            f"content-type:{CONTENT_TYPE}\nhost:{host}\n",
            _NAMES,
            hashlib.sha256(body).hexdigest(),
        )
    )
    text = f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={_NAMES}, Signature={signature}"
