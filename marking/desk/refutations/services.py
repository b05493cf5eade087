"""Writing notes, publishing them by a second person, putting them on near copies, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.proposals import deciding
from accounts.proposals.stakes import require_none
from accounts.records import log
from accounts.refusals import Refusal
from marking.desk.cases.stakes import in_works
from marking.desk.refutations.models import Refutation, RefutationVersion, RefutedWork
from marking.desk.refutations.queries import works_of
from marking.desk.refutations.states import Basis, VersionState
from marking.desk.refutations.telling import wake

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from marking.works.models import Work

TEXT_LENGTHS = (10, 1000)
"""Fewest and most characters of each text."""
LONGEST_SIGNER, LONGEST_SOURCE, MOST_SOURCES = 100, 500, 20


@dataclass(frozen=True)
class Wording:
    """What a version says: in both languages, with the addresses of its sources, and who answers for it."""

    zh: str
    en: str
    sources: Sequence[str]
    signer: str


def write(*, by: User, work: Work, wording: Wording, now: datetime | None = None) -> RefutationVersion:
    """Write a note on a work that was ever released, for somebody else to publish.

    Refused with ``own_work``, ``decided_before``, ``never_released``, ``text_length``, ``signer_length`` and ``sources_invalid``.
    """
    now = now or timezone.now()
    require_impartial(by, [work])
    _require_undecided(by, [work.source_sha256])
    if work.released_at is None:
        raise Refusal("never_released", _("This work was never released: nobody could believe it."))
    wording = _checked(wording)
    with transaction.atomic():
        refutation = Refutation.objects.create(created_at=now)
        RefutedWork.objects.create(
            refutation=refutation, work=work, source_sha256=work.source_sha256, basis=Basis.WRITTEN, is_same=True,
            decided_at=now, decided_by=by,
        )  # fmt: skip
        return _propose(refutation, by, wording, now)


def revise(
    *,
    by: User,
    refutation: Refutation,
    wording: Wording,
    withdraws: bool = False,
    now: datetime | None = None,
) -> RefutationVersion:
    """Write the next version of a note, or what takes it back, for somebody else to publish. Refused as :func:`write` is, and with ``wrong_state``."""
    now = now or timezone.now()
    require_impartial(by, works_of(refutation))
    _require_undecided(by, _sources_of(refutation))
    wording = _checked(wording)
    with transaction.atomic():
        return _propose(refutation, by, wording, now, withdraws=withdraws)


def require_impartial(by: User, works: Sequence[Work]) -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` where one of ``works`` is one's own, or one complained of it."""
    sentence = _("This is a work of your own, or you complained of it: somebody else has to decide about it.")
    require_none(by, in_works(works), sentence, code="own_work")


def require_seen(version: RefutationVersion, number: str) -> None:
    """As :func:`accounts.proposals.deciding.require_seen`; ``number``: of the version that a page showed."""
    deciding.require_seen(version.number, number, _moved_on())


def publish(*, by: User, version: RefutationVersion, now: datetime | None = None) -> None:
    """Publish what somebody else wrote: it is seen with the next request. Refused with ``own_proposal``, ``own_work``, ``decided_before`` and ``wrong_state``."""
    now = now or timezone.now()
    _require_second(by, version)
    with transaction.atomic():
        _decide(version, VersionState.PUBLISHED, by, now)
        wake(version)


def decline(*, by: User, version: RefutationVersion, now: datetime | None = None) -> None:
    """Turn a proposed version down. Refused as :func:`publish` is."""
    now = now or timezone.now()
    _require_second(by, version)
    with transaction.atomic():
        _decide(version, VersionState.DECLINED, by, now)


def withdraw(*, by: User, version: RefutationVersion, now: datetime | None = None) -> None:
    """Take back what one wrote oneself, while nobody decided about it. Refused with ``not_proposer`` and ``wrong_state``."""
    deciding.require_proposer(by, version.written_by_id)
    with transaction.atomic():
        _decide(version, VersionState.WITHDRAWN, by, now or timezone.now())


def decide_on_copy(
    *, by: User, refutation: Refutation, work: Work, is_same: bool, now: datetime | None = None
) -> RefutedWork:
    """Say, after a look at both, whether ``work`` tells the same as what the note is on; if so it carries the note from now on.

    The same again changes nothing. Refused with ``own_work`` and ``decided_before``.
    """
    now = now or timezone.now()
    require_impartial(by, [work, *works_of(refutation)])
    facts = {
        "source_sha256": work.source_sha256,
        "basis": Basis.NEAR_COPY,
        "is_same": is_same,
        "decided_at": now,
        "decided_by": by,
    }
    with transaction.atomic():
        found, is_new = RefutedWork.objects.get_or_create(refutation=refutation, work=work, defaults=facts)
        if not is_new and found.is_same != is_same:
            raise Refusal("decided_before", _("It was decided otherwise about this work before."))
        if is_new:
            kind = "refutation.copy_confirmed" if is_same else "refutation.copy_dismissed"
            body: dict[str, JSON] = {"work": work.code}
            log.append(kind=kind, subject=refutation.log_subject, body=body, by=by, now=now)
            newest = refutation.versions.filter(state=VersionState.PUBLISHED).order_by("number").last()
            if is_same and newest is not None:
                wake(newest)
    return found


def take_back(*, by: User, refutation: Refutation, wording: Wording, now: datetime | None = None) -> None:
    """Take a note back at once, as an appeal decided. What was published stays in its history.

    Refused as :func:`write` is. What somebody was about to publish is declined.
    """
    now = now or timezone.now()
    require_impartial(by, works_of(refutation))
    with transaction.atomic():
        for waiting in refutation.versions.filter(state=VersionState.PROPOSED):
            _decide(waiting, VersionState.DECLINED, by, now)
        version = _propose(refutation, by, _checked(wording), now, withdraws=True)
        _decide(version, VersionState.PUBLISHED, by, now)
        wake(version)


def _propose(
    refutation: Refutation, by: User, wording: Wording, now: datetime, *, withdraws: bool = False
) -> RefutationVersion:
    newest = refutation.versions.order_by("number").last()
    try:
        with transaction.atomic():
            version = RefutationVersion.objects.create(
                refutation=refutation, number=newest.number + 1 if newest else 1, is_withdrawal=withdraws,
                zh=wording.zh, en=wording.en, sources=list(wording.sources), signer=wording.signer,
                written_at=now, written_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refusal("wrong_state", _moved_on()) from error
    _record(version, "refutation.proposed", by, now)
    return version


def _decide(version: RefutationVersion, state: VersionState, by: User, now: datetime) -> None:
    waiting = RefutationVersion.objects.filter(state=VersionState.PROPOSED)
    deciding.move_on(version, waiting, _moved_on(), state=state, decided_at=now, decided_by=by)
    event = "proposal_withdrawn" if state is VersionState.WITHDRAWN else state
    _record(version, f"refutation.{event}", by, now)


def _moved_on() -> str:
    return _("Meanwhile this note has moved on: look at it again.")


def _record(version: RefutationVersion, kind: str, by: User, now: datetime) -> None:
    texts = "\n".join([version.zh, version.en, *version.sources, version.signer])
    facts: dict[str, JSON] = {
        "version": version.number,
        "withdraws": version.is_withdrawal,
        "text_sha256": sha256(texts.encode()).hexdigest(),
        "works": [
            each.work.code for each in version.refutation.works.filter(is_same=True).select_related("work")
        ],
    }
    log.append(kind=kind, subject=version.refutation.log_subject, body=facts, by=by, now=now)


def _require_second(by: User, version: RefutationVersion) -> None:
    require_impartial(by, works_of(version.refutation))
    sentence = _("You wrote this yourself: somebody else has to publish or decline it.")
    deciding.require_second(by, version.written_by_id, sentence, code="own_proposal")
    _require_undecided(by, _sources_of(version.refutation))


def _sources_of(refutation: Refutation) -> list[str]:
    return list(refutation.works.filter(is_same=True).values_list("source_sha256", flat=True))


def _require_undecided(by: User, sources: Sequence[str]) -> None:
    """Whoever wrote or published what an appeal took back has no part in a note on the same work again."""
    on_them = RefutedWork.objects.filter(source_sha256__in=sources, is_same=True).values("refutation")
    for refutation in Refutation.objects.filter(pk__in=on_them):
        published = refutation.versions.filter(state=VersionState.PUBLISHED)
        # What one person took back alone, an appeal did.
        overturned = published.filter(is_withdrawal=True, written_by=F("decided_by")).last()
        if overturned is None:
            continue
        before = published.filter(number__lt=overturned.number)
        if before.filter(Q(written_by=by) | Q(decided_by=by)).exists():
            sentence = _("An appeal took back what you decided about this work: somebody else has to.")
            raise Refusal("decided_before", sentence, status=403)


def _checked(wording: Wording) -> Wording:
    zh, en, signer = wording.zh.strip(), wording.en.strip(), wording.signer.strip()
    fewest, most = TEXT_LENGTHS
    for text in (zh, en):
        if not fewest <= len(text) <= most:
            sentence = _("A note has %(fewest)d to %(most)d characters in each language; found %(found)d.")
            lengths = {"fewest": fewest, "most": most, "found": len(text)}
            raise Refusal("text_length", sentence % lengths, status=422)
    if not 1 <= len(signer) <= LONGEST_SIGNER:
        raise Refusal("signer_length", _("Say who answers for the note, in 1 to 100 characters."), status=422)
    return Wording(zh, en, _checked_sources(wording.sources), signer)


def _checked_sources(sources: Sequence[str]) -> list[str]:
    cleaned = [each.strip() for each in sources if each.strip()]
    if len(cleaned) > MOST_SOURCES or not all(map(_is_address, cleaned)):
        sentence = _("Sources are at most %(most)d addresses that begin with https:// or http://.")
        raise Refusal("sources_invalid", sentence % {"most": MOST_SOURCES}, status=422)
    return cleaned


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_plain = text.isprintable() and not any(c.isspace() for c in text)
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and is_plain
        and len(text) <= LONGEST_SOURCE
    )
