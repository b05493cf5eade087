"""``POST /receipts/check``: what the page of that name says, for programs."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from accounts.api.problems import PROBLEMS
from consent.receipts import intake
from consent.receipts.checking import Checked
from consent.receipts.wording import SENTENCES

router = Router(tags=["receipts"])

_FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FILE},
            "application/json": {"schema": {"type": "object"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            "application/jose": {"schema": {"type": "string"}},
        },
    }
}
"""The receipt in a form, or by itself; described by hand, since the view reads it itself."""


class CheckedOut(Schema):
    """Whether this site issued the receipt; then what it says, and what became of the consent since."""

    is_valid: bool
    code: Literal["valid", "not_on_record", "unknown_key", "bad_signature", "mismatch", "key_not_in_use"]
    sentence: str = Field(description="the answer for people, in the language of the request")
    sha256: str = Field(description="of what was signed")
    standing: Literal["in_force", "resting", "used_up", "ended"] | None
    ended_at: datetime | None
    is_newest: bool = Field(description="false where the consent changed after this receipt was issued")
    is_in_log: bool = Field(description="false where this site's record log was rewritten since")
    missing_fields: list[str] = Field(description="mandatory fields of ISO/IEC TS 27560:2023 that it lacks")
    receipt: dict[str, Any] | None = Field(description="what was signed, unless it is not valid")


@router.post(
    "/receipts/check",
    auth=None,
    response={200: CheckedOut, **PROBLEMS},
    openapi_extra=BODY,
    summary="Check a receipt of a consent",
    url_name="check-receipt",
)
def check(request: HttpRequest) -> dict[str, Any]:
    """Check a receipt: the JSON file, the PDF, or the signed text (JWS). Needs no token; nothing of it is kept."""
    return _described(intake.checked(request, now=time.time()))


def _described(checked: Checked) -> dict[str, Any]:
    return {
        "is_valid": checked.is_valid,
        "code": checked.code,
        "sentence": str(SENTENCES[checked.code]),
        "sha256": checked.sha256,
        "standing": checked.standing,
        "ended_at": checked.ended_at,
        "is_newest": checked.is_newest,
        "is_in_log": checked.is_in_log,
        "missing_fields": list(checked.missing),
        "receipt": dict(checked.document) or None,
    }
