"""What the records of a work say: everything that the law wants known of it, and nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings

from accounts.identity.references import reference_of
from accounts.records.open_bodies import said_openly
from accounts.users.queries import latest_acceptance_of
from consent.scope import ENGINE
from consent.uses.queries import terms_of, use_of
from marking.works.earlier import earlier_code
from marking.works.parameters import NOT_STATED, committed_to

if TYPE_CHECKING:
    from accounts.users.models import User
    from marking.pipeline.picture import Marked
    from marking.works.models import Work

SOURCE_ROLE = "finished_file"
"""What a file that is handed in is: the output of a model elsewhere. Nothing is generated here."""
PAGE, API = "page", "api"
"""The channels by which a file is sent."""
LINK, EVERYBODY, WORLDWIDE = "link", "public", "worldwide"
"""How far a file reaches of which nobody said otherwise: anybody anywhere may open the address of its certificate."""
NOBODY_REAL = "nobody_real_is_shown"


def received(work: Work, *, parameters: str = "") -> dict[str, Any]:
    """Of a file that was handed in: the file, what was said of it, by whom, under which rules. ``parameters`` are told by a commitment."""
    return {
        "role": SOURCE_ROLE,
        "sha256": work.source_sha256,
        "bytes": work.source_bytes,
        "media_type": work.media_type,
        "width": work.width,
        "height": work.height,
        **_made_by(work),
        "parameters": committed_to(parameters),
        "kind": work.kind,
        "depicts": work.depicts,
        **({"faces_declared_synthetic": True} if work.faces_declared_synthetic else {}),
        **who_and_by_what_rules(work.owner),
    }


def released(work: Work, marked: Marked) -> dict[str, Any]:
    """Of a release: the file given out, what it was made from, its labels, and by whose consent."""
    marks = {mark["name"]: mark for mark in marked.marks}
    return {
        **({"made_from": earlier_code(work)} if work.made_from else {}),
        "sha256": marked.sha256,
        "bytes": marked.size,
        "media_type": marked.media_type.value,
        "fingerprint": marked.fingerprint.hex(),
        "input_sha256": work.source_sha256,
        **_made_by(work),
        "visible_label": _whole(marks.get("explicit_label", {}), "name"),
        "metadata_label": _whole(marks.get("implicit_label", {}), "name"),
        "marks": [_whole(mark) for mark in marked.marks],
        **_reach(work),
        **_consents(work),
        **_filings(),
        **who_and_by_what_rules(work.owner),
    }


def who_and_by_what_rules(user: User) -> dict[str, Any]:
    """How ``user`` is verified, and the versions of what was decided by: the rules of consent, the law, the agreement."""
    acceptance = latest_acceptance_of(user)
    agreement = (
        {"no_agreement": "none_published"} if acceptance is None else {"agreement": acceptance.agreement_id}
    )
    return {
        "identity": reference_of(user),
        "engine": ENGINE,
        "law": sorted(settings.ENVIRONMENT["YINJI_JURISDICTIONS"]),
        **agreement,
    }


def handed_to(user: User, channel: str, work: Work) -> dict[str, Any]:
    """Who is sent a file of ``work``, which way it goes, and where it may be shown."""
    return {"recipient": user.producer_id, "channel": channel, "territory": _reach(work)["territory"]}


def _reach(work: Work) -> dict[str, Any]:
    """Whom a file may reach, by which channels and in which territories, as its uploader said and the people in it allowed."""
    terms = terms_of(f"work:{work.code}")
    audience, channels, territories = (
        (terms.audience, terms.channels, terms.territories) if terms else (None, None, None)
    )
    return {
        "audience": audience.value if audience else EVERYBODY,
        "channel": [*map(said_openly, sorted(channels))] if channels else LINK,
        "territory": sorted(territories) if territories else WORLDWIDE,
    }


def _made_by(work: Work) -> dict[str, str]:
    return {"tool": work.tool, "tool_version": work.tool_version or NOT_STATED}


def _filings() -> dict[str, Any]:
    """Under which filings of the provider's algorithms the file was given out."""
    numbers = sorted(each.number for each in settings.ENVIRONMENT["YINJI_ALGORITHM_FILINGS"])
    return {"filings": numbers} if numbers else {"no_filings": "none_stated"}


def _consents(work: Work) -> dict[str, Any]:
    use = use_of(f"work:{work.code}")
    if use is None:
        return {"no_consent_because": NOBODY_REAL}
    people = use.people.select_related("grant").filter(grant__isnull=False)
    consents = [
        {"grant": str(each.grant_id), "version": each.grant_version, "person": each.position}
        for each in people
    ]
    return {"use": str(use.reference), "consents": consents}


def _whole(mark: Mapping[str, Any], *left: str) -> dict[str, Any]:
    """``mark`` without fractions, which our canonical form has none of (RFC 8785 numbers); what was measured stays with the work."""
    return {
        name: value
        for name, value in mark.items()
        if name not in left and not isinstance(value, float | dict)
    }
