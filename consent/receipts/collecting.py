"""Everything that a receipt says, collected from the grant, its evidence, its history and the record log."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.identity.levels import Level
from accounts.identity.queries import level_of
from accounts.identity.wording import describe
from accounts.records.models import Record
from accounts.retention.classes import class_named
from accounts.retention.emptying import months_of
from accounts.users.erasure import RETENTION
from consent.grants.evidence import proof_of, readable_facts
from consent.history.models import Event
from consent.receipts.document import Assured, Facts, Granted, Happening, Logged, Party, Shown
from consent.receipts.models import Receipt
from consent.receipts.sides import Side, pseudonym
from consent.scope import GrantState
from consent.wording import WORDS

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from consent.grants.models import Grant

WITHDRAWAL_PATH = "/me/likeness/"
"""Where a person ends what they granted."""

_CONTROLLER, _DATA_SUBJECT, _GUARDIAN = "dpv:DataController", "dpv:DataSubject", "dpv:GuardianOfDataSubject"


@dataclass(frozen=True)
class Making:
    """What the two receipts of one change have in common. ``evidence``: the opened evidence; empty once it is erased."""

    grant: Grant
    evidence: Mapping[str, JSON]
    earlier: Receipt | None
    happened: tuple[Event, ...]
    record: Record | None
    now: datetime


def making(grant: Grant, now: datetime) -> Making:
    """Read from the database what both receipts of ``grant`` are made of."""
    events = Event.objects.filter(subject=grant.log_subject, event__in=list(GrantState))
    return Making(
        grant=grant,
        evidence=_evidence_of(grant),
        earlier=Receipt.objects.filter(grant=grant, side=Side.PERSON).order_by("version").first(),
        happened=tuple(events.select_related("by")),
        record=Record.objects.filter(subject=grant.log_subject).order_by("-sequence").first(),
        now=now,
    )


def facts(made: Making, side: Side, *, reference: UUID, previous: Receipt | None) -> Facts:
    """Return what the receipt ``reference`` for ``side`` says."""
    grant, shown = made.grant, _shown(made)
    with translation.override(_spoken(shown.language)):
        return Facts(
            reference=str(reference),
            side=side,
            version=grant.version,
            previous=str(previous.reference) if previous else "",
            issued_at=made.now,
            principal=_name_of(grant.person, grant, side.value),
            granted=_granted(grant),
            shown=shown,
            assured=_assured(made),
            logged=_logged(made.record),
            history=[_happening(event, grant, side) for event in made.happened],
            grantee=_grantee(grant),
            operator=operator(),
            jurisdictions=list(settings.ENVIRONMENT["YINJI_JURISDICTIONS"]),
            retention=_retention(),
            addresses=_addresses(reference),
        )


def _spoken(language: str) -> str:
    """``language`` where the site speaks it, else its own."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def shown_text(grant: Grant) -> str:
    """The text that the person agreed to, as they saw it; empty once it is erased. For nobody but them."""
    return str(_evidence_of(grant).get("text", ""))


def operator() -> Party:
    """Whoever runs this site, as the settings name them."""
    environment = settings.ENVIRONMENT
    return Party(
        id=environment["YINJI_PROVIDER_USCC"] or environment["YINJI_PROVIDER_NAME"],
        name=environment["YINJI_PROVIDER_NAME"],
        address=environment["YINJI_PROVIDER_ADDRESS"] or settings.SITE_URL,
        contact=_contact(),
        kind="dpv:Organisation",
        role=_CONTROLLER,
    )


def _grantee(grant: Grant) -> Party:
    """The grantee by the name that certificates show already. Their address is nobody's business: the site passes letters on."""
    name = grant.grantee.producer_id
    return Party(
        id=name, name=name, address=_contact(), contact=_contact(), kind="dpv:Recipient", role=_CONTROLLER
    )


def _contact() -> str:
    return settings.SITE_URL + reverse("complaints:answering")


def _addresses(reference: UUID) -> dict[str, str]:
    return {
        "notice": settings.SITE_URL + reverse("receipts:page", args=[reference]),
        "withdrawal": settings.SITE_URL + WITHDRAWAL_PATH,
        "check": settings.SITE_URL + reverse("receipts:check"),
        "keys": settings.SITE_URL + reverse("receipts:keys"),
    }


def _retention() -> dict[str, str]:
    """The evidence goes with the person's key (:mod:`accounts.users.erasure`), and both with their class (:mod:`consent.contents`)."""
    after_end = f"P{months_of(class_named('consent'))}M"
    return {
        "evidence": f"until {after_end} after the end of the consent, or until the person's account is erased, "
        f"P{RETENTION.days}D after they ask for it at the earliest",
        "receipt": f"until {after_end} after the end of the consent; its hash as long as the record log of this site",
        "after_end": after_end,
    }


def _granted(grant: Grant) -> Granted:
    return Granted(
        record=str(grant.reference),
        state=GrantState(grant.state),
        vocabulary=grant.vocabulary,
        scope=grant.scope,
        scope_sha256=grant.scope_sha256,
        consumed=grant.consumed,
        given_at=grant.given_at,
        begins_at=grant.cools_until or grant.given_at,
        ends_at=grant.ends_at,
    )


def _evidence_of(grant: Grant) -> Mapping[str, JSON]:
    return readable_facts(grant) or {}


def _shown(made: Making) -> Shown:
    """What the person was shown: from the evidence, or as the first receipt says it where that is erased."""
    if made.evidence or made.earlier is None:
        text = str(made.evidence.get("text", ""))
        digest = made.evidence.get("text_sha256") or sha256(text.encode()).hexdigest()
        language = str(made.evidence.get("locale", "")) or settings.LANGUAGE_CODE
        return Shown(language, str(digest), str(made.evidence.get("template", "")))
    processing = _part(_earlier(made), "processing")
    notice = _part(processing, "privacy_notice")
    language = str(processing.get("language", "")) or settings.LANGUAGE_CODE
    return Shown(language, str(notice.get("text_sha256", "")), str(notice.get("template", "")))


def _earlier(made: Making) -> Mapping[str, JSON]:
    """What the first receipt says; nothing where there is none, or its row is damaged."""
    try:
        return made.earlier.document if made.earlier else {}
    except ValueError:
        return {}


def _part(document: Mapping[str, JSON], name: str) -> Mapping[str, JSON]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _assured(made: Making) -> Assured:
    proof, level = proof_of(made.grant), _level(made)
    return Assured(
        proof=proof.value,
        proof_words=str(WORDS[proof.value]),
        identity=level.name.lower(),
        identity_words=str(describe(level)),
        evidence_sha256=made.grant.evidence.sha256,
    )


def _level(made: Making) -> Level:
    """How far the person's identity was checked when they granted; where nobody wrote that down, now."""
    stated = made.evidence.get("level")
    if isinstance(stated, int) and stated in set(Level):
        return Level(stated)
    if isinstance(stated, str) and stated.upper() in Level.__members__:
        return Level[stated.upper()]
    if made.evidence or made.earlier is None:
        return level_of(made.grant.person)
    code = str(_part(_part(_earlier(made), "assurance"), "identity").get("code", "")).upper()
    return Level[code] if code in Level.__members__ else level_of(made.grant.person)


def _logged(record: Record | None) -> Logged | None:
    if record is None:
        return None
    return Logged(
        sequence=record.sequence,
        kind=record.kind,
        at=record.at,
        leaf_sha256=bytes(record.leaf_hash).hex(),
        chain_sha256=bytes(record.chain_hash).hex(),
        witness_words=_("Not witnessed: nobody outside holds a copy of the log's head."),
    )


def _happening(event: Event, grant: Grant, side: Side) -> Happening:
    by, role = _acting(event, grant, side)
    is_renewal = grant.renews_id is not None
    return Happening(event.at, by, role, GrantState(event.event), is_renewal=is_renewal)


def _acting(event: Event, grant: Grant, side: Side) -> tuple[str, str]:
    """Who changed the grant, under the name of this receipt. The grantee is not told whether a guardian acted."""
    by = event.by
    if by == grant.grantee:
        return by.producer_id, _CONTROLLER
    # Nobody else withdraws; what staff does is the operator's doing.
    is_guardian = by is not None and (by == grant.guardian or event.event == GrantState.WITHDRAWN)
    if by != grant.person and not is_guardian:
        return operator().id, "dpv:Organisation"
    if by is not None and by != grant.person and side is Side.PERSON:
        return _name_of(by, grant, "guardian"), _GUARDIAN
    return _name_of(grant.person, grant, side.value), _DATA_SUBJECT


def _name_of(user: User, grant: Grant, role: str) -> str:
    return pseudonym(_key(), role, user.producer_id, grant.grantee.producer_id)


def _key() -> bytes:
    """A key for this purpose alone, derived from the installation's."""
    secret = bytes.fromhex(settings.KEYS.blind_index_key)
    return hmac.new(secret, b"pseudonyms in receipts", sha256).digest()
