"""What may be asked for: submit a file, try a failed one again, delete one."""

from __future__ import annotations

import logging
import unicodedata
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity.queries import is_verified
from accounts.organisations import acting
from accounts.organisations.models import Organisation
from accounts.organisations.states import Scope
from accounts.prepared import Prepared
from accounts.refusals import Refusal
from accounts.retention import turns
from accounts.retention.holds import held_subjects, is_among, is_held
from accounts.sanctions.gate import require_unlimited
from accounts.sanctions.states import Function
from accounts.users.models import User
from accounts.users.queries import must_accept
from consent.scope import Allow, Depicted, Use, decide
from consent.uses import ending
from consent.uses.services import propose
from marking.marks.explicit_label import Corner
from marking.media import Header, Limits, Refused, read_header
from marking.works import bodies, completeness, files, gate, jobs, numbers
from marking.works.declaration import Declaration
from marking.works.earlier import AlreadyMarked, released_file
from marking.works.failures import may_retry
from marking.works.lifecycle import enter, move, record
from marking.works.models import Work
from marking.works.parameters import LONGEST, clean
from marking.works.refusals import refusal_sentence
from marking.works.signals import work_deleted
from marking.works.states import TRANSITIONS, WorkState
from marking.works.staying_down import require_not_taken_down
from marking.works.wording import CONTRADICTION

LIMITS = Limits()
logger = logging.getLogger(__name__)

NAME_LENGTH = 255
TOOL_LENGTH, VERSION_LENGTH = 100, 50
MOST_REMOVED_AT_ONCE = 100

# What a refused file answers over HTTP (RFC 9110 sections 15.5.14, 15.5.16, 15.5.21); the rest is 422.
_STATUS = {
    "too_large": 413,
    "too_many_pixels": 413,
    "too_many_frames": 413,
    "too_many_frame_pixels": 413,
    "unsupported_format": 415,
    "unsupported_variant": 415,
}


def clean_name(name: str) -> str:
    """A file name fit to show: no folders, no control or format characters, at most 255 characters."""
    return _shown(name.replace("\\", "/").rsplit("/", 1)[-1])[:NAME_LENGTH] or "unnamed"


def _shown(text: str) -> str:
    """``text`` without control, format, surrogate and private characters (Unicode category C), trimmed."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C").strip()


def clean_declaration(declaration: Declaration) -> Declaration:
    """The declaration as it is stored, shown and recorded. Raises :class:`Refusal` for what cannot be, and for a contradiction."""
    if declaration.contradicts_itself:
        raise Refusal("faces_contradict", str(CONTRADICTION), status=422)
    tool, version = _shown(declaration.tool), _shown(declaration.tool_version)
    if not 1 <= len(tool) <= TOOL_LENGTH or len(version) > VERSION_LENGTH:
        sentence = _("Name the tool in 1 to %(tool)d characters and its version in at most %(version)d.")
        lengths = {"tool": TOOL_LENGTH, "version": VERSION_LENGTH}
        raise Refusal("tool_invalid", sentence % lengths, status=422)
    parameters = clean(declaration.parameters)
    if len(parameters) > LONGEST:
        sentence = _("Say what it was generated from in at most %(limit)d characters.")
        raise Refusal("parameters_too_long", sentence % {"limit": LONGEST}, status=422)
    if "\0" in parameters:
        raise Refusal("parameters_invalid", _("Null characters are not allowed."), status=422)
    return replace(declaration, tool=tool, tool_version=version, parameters=parameters)


def submit(
    *,
    by: User,
    path: Path,
    name: str,
    declaration: Declaration,
    corner: Corner | None = None,
    organisation: Organisation | None = None,
    now: datetime | None = None,
) -> Work:
    """Take in the file at ``path`` (it is copied) with its declaration, and send it on its way.

    ``corner``: where the visible label is wanted; None for the quietest. ``organisation``: for whom ``by`` does it, which the
    records then tell.

    Raises :class:`Refusal` when ``by`` has no verified real name (Deep Synthesis Provisions Art. 9), has
    not accepted the user agreement or is kept from it by a sanction, with ``mandate_missing`` without a mandate in force, when the file is not one that can be marked, and with ``consent_ended`` for one that was taken down;
    :class:`AlreadyMarked` for a file
    that this site gave out itself.
    """
    now = now or timezone.now()
    require_standing(by)
    if organisation is not None:
        acting.require(by=by, organisation=organisation, scope=Scope.PUBLISH, now=now)
    declaration = clean_declaration(declaration)
    require_unlimited(by, *declaration.functions, now=now)
    header = inspect(path)
    sha256 = files.sha256_of(path)
    require_not_taken_down(sha256)
    _require_unreleased(sha256, by)
    number = _reserve_number()
    stored = files.original_name(numbers.write(number))
    _store(stored, path)
    try:
        with transaction.atomic():
            work = Work.objects.create(
                number=number,
                owner=by,
                state=first_state(declaration, now=now),
                created_at=now,
                tool=declaration.tool,
                tool_version=declaration.tool_version,
                kind=declaration.kind,
                depicts=declaration.depicts,
                faces_declared_synthetic=declaration.faces_are_synthetic,
                label_corner=corner or "",
                source_name=clean_name(name),
                source_path=stored,
                source_sha256=sha256,
                source_bytes=path.stat().st_size,
                media_type=header.media_type,
                width=header.width,
                height=header.height,
            )
            enter(work, WorkState(work.state), by=by, now=now)
            body = bodies.received(work, parameters=declaration.parameters)
            record(work, "work.received", by=by, now=now, body=body)
            if organisation is not None:
                subject = gate.subject_of(work)
                acting.act_for(
                    by=by, organisation=organisation, scope=Scope.PUBLISH, subject=subject, now=now
                )
            if work.state == WorkState.QUEUED:
                jobs.enqueue(work, now=now)
            else:
                propose(owner=by, subject=gate.subject_of(work), output_sha256=sha256, now=now)
    except BaseException:
        files.remove(stored)
        raise
    return work


def _require_unreleased(sha256: str, by: User) -> None:
    released = released_file(sha256)
    if released is not None:
        raise AlreadyMarked(released[0], by, released[1])


def _store(name: str, path: Path) -> None:
    try:
        files.put(name, path)
    except OSError as error:
        logger.error("a file could not be stored: %s", error)
        with suppress(OSError):
            files.remove(name)  # what was written of it
        sentence = _(
            "The file could not be stored: the site's storage does not take it now. Try again later."
        )
        raise Refusal("storage_unavailable", sentence, status=507) from error


def require_standing(user: User) -> None:
    """Raise :class:`Refusal` unless ``user`` may submit works."""
    if not is_verified(user):
        raise Refusal(
            "identity_required",
            _("A verified real name is needed before a work can be submitted; this account has none yet."),
            status=403,
        )
    if must_accept(user) is not None:
        raise Refusal(
            "agreement_required",
            _("The current user agreement has to be accepted before a work can be submitted."),
            status=403,
        )


def inspect(path: Path) -> Header:
    """Read the file's header. Raises :class:`Refusal` for what cannot be marked."""
    try:
        return read_header(path, LIMITS)
    except Refused as refused:
        raise Refusal(
            refused.code,
            refusal_sentence(refused.code, refused.details),
            status=_STATUS.get(refused.code, 422),
        ) from refused


def retry(*, by: User, work: Work, now: datetime | None = None) -> None:
    """Mark a failed work again; what its records left out, and is still known, is recorded. Raises :class:`Refusal` when it is not failed, when that would end as before, or for a sanction."""
    now = now or timezone.now()
    require_unlimited(by, *work.declaration.functions, now=now)
    if work.state == WorkState.FAILED and not may_retry(work):
        sentence = _("To try again cannot help: the same file would end the same way. Upload another file.")
        raise Refusal("not_retryable", sentence)
    with transaction.atomic():
        move(work, WorkState.FAILED, WorkState.QUEUED, by=by, now=now, failure="", failure_details={})
        completeness.complete(work, by=by, now=now)
        jobs.enqueue(work, now=now)


def delete(*, by: User | None, work: Work, now: datetime | None = None) -> None:
    """Delete the files of a work; its record and its registration stay. ``by``: None where the system itself acts.

    Raises :class:`Refusal` while it is being marked.
    """
    now = now or timezone.now()
    old = WorkState(work.state)
    if WorkState.DELETED not in TRANSITIONS[old]:
        raise Refusal("work_busy", _("The work is being marked; it can be deleted when that has ended."))
    with transaction.atomic():
        use = gate.held_use(work)
        move(work, old, WorkState.DELETED, by=by, now=now, deleted_at=now, failure="", failure_details={})
        if use is not None:
            ending.remove(use, by=by, now=now)
        record(work, "work.deleted", by=by, now=now, body={"was": old.value})
        work_deleted.send(sender=Work, work=work, now=now)
        transaction.on_commit(lambda: remove_files(work))


def remove_files(work: Work, now: datetime | None = None) -> bool:
    """Remove the files of a work that is deleted, or whose consent ended, and record that they are gone; False when the storage refuses now, and while they are held.

    The sweeper comes back for works whose files could not be removed. Safe to call twice.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            turns.to_erase()
            if is_held(gate.subject_of(work), now, owner=work.owner):
                return False
            files.remove(*_files_of(work))
            waiting = Work.objects.filter(_gone(now), pk=work.pk, files_removed_at__isnull=True)
            if waiting.update(files_removed_at=now):
                record(work, "work.files_removed", by=None, now=now, body={"sha256": work.source_sha256})
    except OSError as error:
        logger.error("the files of %s could not be removed yet: %s", work.code, error)
        return False
    return True


def _files_of(work: Work) -> list[str]:
    """Storage names of all that is kept of ``work``."""
    previews = (files.preview_name(work.code, which) for which in ("before", "after", "asked", "faces"))
    compared = files.reference_name(work.code), files.likeness_name(work.code)
    unlabelled = files.unlabelled_name(work.code, files.extension_of(work.marked_path))
    return [work.source_path, work.marked_path, *compared, unlabelled, *previews]


def remove_left_files(now: datetime | None = None) -> int:
    """Remove the files of works that are deleted, or whose consent ended long enough ago; return for how many it succeeded.

    Held ones are passed over, so that they stand in nobody's way.
    """
    now = now or timezone.now()
    held = held_subjects(now)
    left = Work.objects.filter(_gone(now), files_removed_at__isnull=True).select_related("owner")
    free = (each for each in left.iterator(400) if not is_among(held, gate.subject_of(each), each.owner))
    chosen = list(islice(free, MOST_REMOVED_AT_ONCE))
    return sum(_close(work, now) and remove_files(work, now) for work in chosen)


def _close(work: Work, now: datetime) -> bool:
    """See to it that nobody restores ``work`` while its files are removed; False where somebody was faster."""
    with transaction.atomic():
        use = gate.held_use(work)
        if not Work.objects.filter(_gone(now), pk=work.pk).exists():
            return False
        if use is not None:
            ending.remove(use, by=None, now=now)
    return True


def _gone(now: datetime) -> Q:
    """Works whose files are to be removed."""
    return Q(state=WorkState.DELETED) | Q(state=WorkState.CONSENT_ENDED, files_due_at__lte=now)


def record_download(*, by: User, work: Work, channel: str = bodies.PAGE, now: datetime | None = None) -> None:
    """Write down who was handed the marked file and which way, before its first byte is sent.

    Refused with ``consent_ended`` or ``blocked`` where that came first while this waited for its turn to write, and for a sanction.
    """
    now = now or timezone.now()
    body = {"sha256": work.marked_sha256, **bodies.handed_to(by, channel, work)}
    with transaction.atomic():
        record(work, "work.downloaded", by=by, now=now, body=body)
        require_unlimited(by, Function.DOWNLOAD, now=now)
        ((work.state, work.blocked_at),) = _STATE.rows(number=work.pk)
        gate.require_served(work)


def _state(number: int) -> QuerySet[Work, tuple[str, datetime | None]]:
    return Work.objects.filter(pk=number).values_list("state", "blocked_at")


_STATE = Prepared(_state)


def first_state(declaration: Declaration, *, now: datetime) -> WorkState:
    """Where a work of this declaration goes before it is marked: into the queue, or to wait for consent."""
    # Nobody can grant anything yet, so that every use of a real person's likeness waits.
    elements = declaration.depicts.elements
    use = Use(depicted=(Depicted("", elements),) if elements else ())
    decision = decide(use, (), now)
    return WorkState.QUEUED if isinstance(decision, Allow) else WorkState.AWAITING_CONSENT


def _reserve_number() -> int:
    """A random number that no work has. The primary key still refuses the one that two draw at once."""
    while Work.objects.filter(pk=(number := numbers.new_number())).exists():
        pass
    return number
