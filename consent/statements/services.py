"""What may be done with a spoken statement: ask for it, record it, hear it, accept it or not."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from accounts.notices.services import notify
from accounts.proposals.stakes import holders_of, require_none
from accounts.records.canonical import NotCanonical, canonical, parse
from accounts.refusals import Refusal
from accounts.retention import turns
from accounts.retention.holds import held_subjects
from accounts.retention.references import references_in
from accounts.vault.sealing import Damaged, is_erased, seal, unseal
from consent.history.models import Event
from consent.history.services import note
from consent.kinds import STATEMENT_DECIDED
from consent.requests.models import Request
from consent.statements import recordings
from consent.statements.models import Statement
from consent.statements.signals import statement_accepted
from consent.statements.states import OPEN, StatementState, may_move

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

VALID_FOR = timedelta(minutes=30)
"""How long somebody has to say and send what they are asked to say."""
HEARD_WITHIN = timedelta(days=14)
KEPT_AFTER = timedelta(days=30)
"""Draft Measures on virtual humans and PIPL Art. 19: a recording of a person is kept no longer than it is needed for a dispute."""
LONGEST_REASON = 500


def ask_for(
    *,
    request: Request,
    person: User,
    speaker: User,
    scope: str,
    facts: Mapping[str, JSON],
    locale: str,
    is_counter: bool = False,
    now: datetime | None = None,
) -> Statement:
    """Ask ``speaker`` to say what they just signed. An earlier statement about the same request lapses. Call it in a transaction."""
    now = now or timezone.now()
    for earlier in Statement.objects.filter(request=request, state__in=OPEN):
        _move(earlier, StatementState.LAPSED, by=None, now=now)
    statement = Statement(
        request=request,
        person=person,
        speaker=speaker,
        scope=scope,
        is_counter=is_counter,
        code=f"{secrets.randbelow(10**6):06}",
        locale=locale,
        asked_at=now,
        ends_at=now + VALID_FOR,
    )
    statement.sealed = seal(person, canonical(facts), context=_context(statement))
    statement.save(force_insert=True)
    _note(statement, StatementState.ASKED, by=speaker, now=now)
    return statement


def sentence_of(statement: Statement) -> str:
    """What is to be said, in the language in which it was signed. The digits stand apart, to be spoken one by one."""
    with translation.override(statement.locale):
        return gettext("I have read what this consent covers, and I agree to it. My code is %(code)s.") % {
            "code": " ".join(statement.code)
        }


def record(*, by: User, statement: Statement, recording: bytes, now: datetime | None = None) -> Statement:
    """Take in a recording. Refused with ``not_yours``, ``statement_over``, ``recording_size`` and ``recording_unknown``."""
    now = now or timezone.now()
    if by.pk != statement.speaker_id:
        raise Refusal("not_yours", _("Only who was asked to say it can send this recording."), status=403)
    media_type = _checked(recording)
    with transaction.atomic():
        if not statement.asked_at <= now < statement.ends_at:
            raise _over()
        changes = {
            "recorded_at": now,
            "recording_sha256": sha256(recording).hexdigest(),
            "media_type": media_type,
        }
        _move(statement, StatementState.RECORDED, by=by, now=now, **changes)
        # Only by whom the state has let through: what was heard is never replaced.
        recordings.store(statement.reference, statement.person, recording)
    return statement


def hear(*, by: User, statement: Statement, now: datetime | None = None) -> bytes:
    """Open the recording for whoever decides about it, and record that it was heard. Refused with ``own_statement``,
    ``recording_gone`` and ``statement_erased``.
    """
    _require_decidable(by, statement)
    gone = Refusal("recording_gone", _("The recording of this statement is not kept any more."), status=410)
    if statement.recorded_at is None or statement.recording_removed_at is not None:
        raise gone
    try:
        content = recordings.load(statement.reference, statement.person)
    except FileNotFoundError as error:
        raise gone from error
    with transaction.atomic():
        _note(statement, "heard", by=by, now=now or timezone.now())
    return content


def accept(*, by: User, statement: Statement, now: datetime | None = None) -> Statement:
    """Believe what was heard: the grant is given now, with the statement in its evidence.

    Refused with ``own_statement``, ``statement_erased``, ``unheard`` where they did not open it, ``wrong_state``, and as whoever gives the grant refuses: then nothing is changed.
    """
    now = now or timezone.now()
    _require_decidable(by, statement)
    with transaction.atomic():
        # The request before its statements, as whoever signs again locks them.
        Request.objects.select_for_update(of=("self",)).get(pk=statement.request_id)
        _require_heard(by, statement)
        _move(statement, StatementState.ACCEPTED, by=by, now=now, reviewer=by, decided_at=now)
        spoken: dict[str, JSON] = {
            "statement": str(statement.reference),
            "sentence": sentence_of(statement),
            "recording_sha256": statement.recording_sha256,
            "recorded_at": statement.recorded_at.isoformat() if statement.recorded_at else "",
            "heard_by": by.producer_id,
        }
        facts = {**_facts_of(statement), "spoken": spoken}
        _tell(statement, now)
        statement_accepted.send(sender=Statement, statement=statement, facts=facts, now=now)
    return statement


def reject(*, by: User, statement: Statement, reason: str, now: datetime | None = None) -> Statement:
    """Not believe it, with a reason that the person reads; they may say it again. Refused with ``reason_length`` as well."""
    now, reason = now or timezone.now(), reason.strip()
    _require_decidable(by, statement)
    if not 1 <= len(reason) <= LONGEST_REASON:
        sentence = _("A reason has 1 to %(most)d characters; found %(found)d.")
        raise Refusal("reason_length", sentence % {"most": LONGEST_REASON, "found": len(reason)}, status=422)
    with transaction.atomic():
        _move(statement, StatementState.REJECTED, by=by, now=now, reviewer=by, decided_at=now, reason=reason)
        _tell(statement, now)
    return statement


def require_impartial(by: User, statement: Statement) -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` where ``by`` gives the consent, gets it, speaks, or acts for the person."""
    sentence = _("Nobody decides about a consent that they give or get: ask another reviewer.")
    acting = holders_of(f"user:{statement.person.producer_id}")
    holders = acting | {statement.speaker_id, statement.request.requester_id}
    require_none(by, holders, sentence, code="own_statement")


def sweep(*, now: datetime | None = None) -> int:
    """Let lapse what nobody said or heard in time, and remove recordings that are no longer needed; return how many changed."""
    now = now or timezone.now()
    unsaid = Statement.objects.filter(state=StatementState.ASKED, ends_at__lte=now)
    unheard = Statement.objects.filter(state=StatementState.RECORDED, recorded_at__lte=now - HEARD_WITHIN)
    lapsing = [*unsaid[:100], *unheard[:100]]
    for statement in lapsing:
        with transaction.atomic():
            _move(statement, StatementState.LAPSED, by=None, now=now)
    return len(lapsing) + _remove_recordings(now)


def _remove_recordings(now: datetime) -> int:
    kept = _not_held(now).filter(recorded_at__isnull=False, recording_removed_at__isnull=True)
    decided = kept.filter(decided_at__lte=now - KEPT_AFTER)
    lapsed = kept.filter(state=StatementState.LAPSED)
    due = [*decided[:100], *lapsed[:100]]
    return sum(_remove_recording(statement, now) for statement in due)


def _remove_recording(statement: Statement, now: datetime) -> bool:
    with transaction.atomic():
        turns.to_erase()
        kept = _not_held(now).filter(pk=statement.pk, recording_removed_at__isnull=True)
        if not kept.exists():  # somebody set a hold since
            return False
        recordings.remove(statement.reference)
        Statement.objects.filter(pk=statement.pk).update(recording_removed_at=now)
        _note(statement, "recording_removed", by=None, now=now)
    return True


def _not_held(now: datetime) -> QuerySet[Statement]:
    """Statements that no legal hold keeps, by itself or with its person."""
    held = held_subjects(now)
    people = [each.partition(":")[2] for each in held if each.startswith("user:")]
    own = [each for each in held if each.startswith("statement:")]
    free = Statement.objects.exclude(reference__in=references_in(own))
    return free.exclude(person__producer_id__in=people)


def _tell(statement: Statement, now: datetime) -> None:
    reference = str(statement.reference)
    notify(
        user=statement.speaker,
        kind=STATEMENT_DECIDED.code,
        subject=statement.log_subject,
        params={},
        url_args=[reference],
        now=now,
    )


def _require_heard(by: User, statement: Statement) -> None:
    if not Event.objects.filter(subject=statement.log_subject, event="heard", by=by).exists():
        raise Refusal("unheard", _("Listen to the recording first."), status=409)


def _facts_of(statement: Statement) -> Mapping[str, Any]:
    """What was signed. Refused with ``statement_damaged`` where it does not open any more: the person can sign again."""
    damaged = Refusal(
        "statement_damaged", _("What was signed is damaged here. The person has to sign again."), status=410
    )
    try:
        facts = parse(unseal(statement.person, statement.sealed, context=_context(statement)))
    except (Damaged, NotCanonical):
        raise damaged from None
    if not isinstance(facts, Mapping):
        raise damaged
    return facts


def _context(statement: Statement) -> str:
    return f"statement.facts:{statement.reference}"


def _checked(recording: bytes) -> str:
    if not recordings.FEWEST_BYTES <= len(recording) <= recordings.MOST_BYTES:
        sentence = _("A recording has %(fewest)d bytes to %(most)d MB; found %(found)d bytes.")
        sizes = {
            "fewest": recordings.FEWEST_BYTES,
            "most": recordings.MOST_BYTES >> 20,
            "found": len(recording),
        }
        raise Refusal("recording_size", sentence % sizes, status=422)
    media_type = recordings.media_type_of(recording[:12])
    if media_type is None:
        sentence = _("This is no recording of a known kind: WebM, MP4, M4A, Ogg, WAV or MP3 was expected.")
        raise Refusal("recording_unknown", sentence, status=415)
    return media_type


def _require_decidable(by: User, statement: Statement) -> None:
    require_impartial(by, statement)
    if is_erased(statement.person):
        sentence = _("The account of the person was erased, and with it what they signed and said.")
        raise Refusal("statement_erased", sentence, status=410)


def _over() -> Refusal:
    return Refusal("statement_over", _("The time to say it is over: go back to the request and sign again."))


def _move(
    statement: Statement, new: StatementState, *, by: User | None, now: datetime, **changes: Any
) -> None:
    old = StatementState(statement.state)
    unmoved = Statement.objects.filter(pk=statement.pk, state=old)
    if not may_move(old, new) or not unmoved.update(state=new, **changes):
        raise Refusal("wrong_state", _("Meanwhile this statement has changed: look at it again."))
    statement.refresh_from_db()
    _note(statement, new, by=by, now=now)


def _note(statement: Statement, event: str, *, by: User | None, now: datetime) -> None:
    """Write what happened, with what was agreed to and in which language, and the recording by its SHA-256."""
    body: dict[str, JSON] = {
        "scope_sha256": sha256(statement.scope.encode()).hexdigest(),
        "locale": statement.locale,
        "recording_sha256": statement.recording_sha256 or None,
    }
    note(statement.log_subject, event, by=by, person=statement.person, now=now, body=body)
