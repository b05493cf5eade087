"""One receipt without a database: what it says, the key it is signed with, and its files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from consent.receipts import jws
from consent.receipts.document import (
    Assured,
    Facts,
    Granted,
    Happening,
    Logged,
    Party,
    Shown,
    write_document,
)
from consent.receipts.sides import Side
from consent.receipts.signing_key import SigningKey, key_set
from consent.scope import GrantState

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)), date(2026, 11, 1))
OTHER_KEY = SigningKey(bytes(range(1, 33)), date(2026, 11, 1))
REFERENCE = "8d5af690-b697-4e8f-b3a8-5b46242e5579"
SITE = "https://yinji.example"

SCOPE: dict[str, Any] = {
    "audience": "named",
    "binding": "theme",
    "bound_to": ["春节晚会", "䶮"],
    "channels": ["example.com"],
    "elements": ["face", "voice"],
    "grantee": "CREAT0R00000",
    "label": "explicit",
    "may_go_abroad": False,
    "may_sublicense": True,
    "media": ["video"],
    "money": "none",
    "needs_preview": True,
    "not_after": "2027-02-21T03:49:38.112182+00:00",
    "not_before": "2026-11-22T11:49:38.112182+08:00",
    "operations": ["face_swap", "lip_sync"],
    "outputs": 3,
    "purposes": ["education", "entertainment"],
    "recipients": ["Friends"],
    "seconds": 60,
    "territories": ["CN", "SG"],
    "withdrawal": "cut_off",
}

FACTS = Facts(
    reference=REFERENCE,
    side=Side.GRANTEE,
    version=1,
    previous="",
    issued_at=NOW,
    principal="f9d18829be04d3ce9837cbda49d4462a",
    granted=Granted(
        record="c3d5a11e-7dd7-4fbc-944f-97cbb27b3200",
        state=GrantState.ACTIVE,
        vocabulary="1",
        scope=SCOPE,
        scope_sha256="1" * 64,
        consumed=0,
        given_at=NOW,
        begins_at=NOW,
        ends_at=NOW + timedelta(days=90),
    ),
    shown=Shown("zh-hans", "2" * 64, "1"),
    assured=Assured(
        proof="signed",
        proof_words="本人的通行密钥签名",
        identity="operator_checked",
        identity_words="由运营者人工审核，未经第三方核验",
        evidence_sha256="3" * 64,
    ),
    logged=Logged(7, "grant.active", NOW, "4" * 64, "5" * 64, "没有外部见证"),
    history=[
        Happening(NOW, "f9d18829be04d3ce9837cbda49d4462a", "dpv:DataSubject", GrantState.ACTIVE),
    ],
    grantee=Party(
        "CREAT0R00000", "CREAT0R00000", SITE, f"{SITE}/complaints/", "dpv:Recipient", "dpv:DataController"
    ),
    operator=Party(
        "91350100M000100Y43", "Yinji", SITE, f"{SITE}/complaints/", "dpv:Organisation", "dpv:DataController"
    ),
    jurisdictions=["CN"],
    retention={"evidence": "P184D"},
    addresses={
        "notice": f"{SITE}/receipts/{REFERENCE}",
        "withdrawal": f"{SITE}/me/likeness/",
        "check": f"{SITE}/receipts/check",
        "keys": f"{SITE}/receipts/keys",
    },
)


def document(**changes: Any) -> dict[str, Any]:
    """The document of the example, with other facts."""
    return dict(write_document(replace(FACTS, **changes)))


def signed(key: SigningKey = KEY, **changes: Any) -> str:
    """The signed form of the example."""
    return jws.sign(document(**changes), key)


def keys_file(*keys: SigningKey) -> bytes:
    """The key set that the site publishes."""
    return json.dumps(key_set(keys or (KEY,))).encode()


def row(**changes: Any) -> Any:
    """The example as a row that no database holds."""
    from consent.receipts.models import Receipt

    text = signed(**changes)
    digest = jws.digest(jws.document_of(text))
    return Receipt(
        reference=UUID(REFERENCE), side="grantee", version=1, issued_at=NOW, jws=text, sha256=digest
    )
