"""Signing of requests to Alibaba Cloud: signature version 3, ACS3-HMAC-SHA256. Pure.

Source: Alibaba Cloud, "V3 request structure and signature" (help.aliyun.com document 2593177). The example there is a test.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

ALGORITHM = "ACS3-HMAC-SHA256"


def signed_headers(
    *,
    host: str,
    headers: Mapping[str, str],
    body: bytes,
    key_id: str,
    secret: str,
    path: str = "/",
    query: str = "",
) -> dict[str, str]:
    """The headers of a POST with its ``Authorization``. ``query`` is in canonical form; names are small letters."""
    content = hashlib.sha256(body).hexdigest()
    signed = dict(sorted({"host": host, "x-acs-content-sha256": content, **headers}.items()))
    names = ";".join(signed)
    lines = "".join(f"{name}:{value.strip()}\n" for name, value in signed.items())
    canonical = "\n".join(("POST", path, query, lines, names, content))
    text = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {
        **signed,
        "authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}",
    }
