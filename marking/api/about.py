"""``GET /about``: who runs this site, under which filings, and how it marks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from accounts.api.problems import PROBLEMS
from accounts.records.queries import witnessed
from accounts.users.queries import current_agreement
from marking.policy.rules import Mark

router = Router(tags=["about"])


class FilingOut(Schema):
    """A filing and where the authority publishes it."""

    number: str
    address: str


class LogOut(Schema):
    """What stands behind the log: ``signed`` of ``witnesses`` signed the first ``records`` records."""

    records: int
    witnesses: int
    signed: int
    is_witnessed: bool


class AboutOut(Schema):
    """What the page ``/about/`` says, for programs."""

    provider: str
    credit_code: str
    filings: list[FilingOut] = Field(description="of the algorithm (Deep Synthesis Provisions Art. 19)")
    jurisdictions: list[str]
    marks: list[str]
    agreement: int | None = Field(description="version of the user agreement in force")
    identity_provider: str = Field(
        description="who checks real names; `local` and `manual` are nobody outside this site"
    )
    log: LogOut


@router.get(
    "/about",
    auth=None,
    response={200: AboutOut, **PROBLEMS},
    summary="What this site says of itself",
    url_name="about",
)
def about(request: HttpRequest) -> dict[str, Any]:
    """The provider, its filings, its marks, and what stands behind its log."""
    environment, standing, agreement = settings.ENVIRONMENT, witnessed(), current_agreement()
    return {
        "provider": environment["YINJI_PROVIDER_NAME"],
        "credit_code": environment["YINJI_PROVIDER_USCC"],
        "filings": environment["YINJI_ALGORITHM_FILINGS"],
        "jurisdictions": environment["YINJI_JURISDICTIONS"],
        "marks": sorted(Mark),
        "agreement": agreement.version if agreement else None,
        "identity_provider": environment["YINJI_IDENTITY_PROVIDER"],
        "log": {
            "records": standing.size,
            "witnesses": standing.of,
            "signed": standing.signed,
            "is_witnessed": standing.is_enough,
        },
    }
