"""The JSON interface, assembled: ``/api/v1/``."""

from __future__ import annotations

from accounts.api.edge import Edge
from accounts.api.throttles import CallerThrottle
from consent.receipts import api as receipts
from consent.receipts.intake import LARGEST_BODY
from marking.api import about, consents, verifications, works
from marking.verification.batches import BATCH_BYTES
from marking.verification.intake import ENVELOPE_BYTES

DESCRIPTION = """
Mark what a model generated, and let anybody check a file.

Errors are problem documents (RFC 9457) with a stable `code`. A POST may carry an `Idempotency-Key`; sent again
within 24 hours it gets the same answer, marked `Idempotent-Replayed: true`, and is not done twice.
"""

api = Edge(
    title="Yinji",
    version="1",
    description=DESCRIPTION.strip(),
    openapi_url="openapi.json",
    docs_url=None,
    body_limits={"verify-batch": BATCH_BYTES + ENVELOPE_BYTES, "check-receipt": LARGEST_BODY},
    throttle=[CallerThrottle(with_token=1200, without_token=300)],
)
api.add_router("", works.router)
api.add_router("", consents.router)
api.add_router("", verifications.router)
api.add_router("", receipts.router)
api.add_router("", about.router)
