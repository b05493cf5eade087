"""What the site does in a case by itself: where its own record decides, and where a clock runs out before anybody did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from marking.desk.cases import lifecycle
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import acts_at
from marking.desk.cases.states import Event
from marking.desk.measures.consent_record import Finding, is_unchanged_since, record_of
from marking.desk.measures.expiry import due_to_act
from marking.desk.measures.models import Measure
from marking.desk.measures.queries import identical_to
from marking.desk.measures.taking_down import Reasons, take_off
from marking.works.models import Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

BY_RECORD = frozenset({Kind.NO_CONSENT, Kind.CONSENT_WITHDRAWN})
"""Kinds that the record of consents decides, where it shows none."""

_NO_GRANT = _(
    "A complaint says that the work shows somebody who does not agree. This site's own record shows no consent in force for the "
    "people shown in it. The access was turned off at once, without a human."
)
_CLOCK = _(
    "A complete notice of an intimate picture was received. Nobody decided before its time ran out, so the access was turned off "
    "by the clock, to this work and to its identical copies. It was due to be off from %(due)s on; this was written at %(written)s."
)


def act_on_record(case: Case, *, now: datetime) -> bool:
    """Turn the access off at once where the record shows no consent in force; tell whether it did. Call it in a transaction.

    An identical copy goes with it only where its own record shows none either. Where people lifted what this record had led to, and it is
    the same since, a human decides.
    """
    if Kind(case.kind) not in BY_RECORD or case.work is None or case.work.released_at is None:
        return False
    reached = [each for each in (case.work, *identical_to(case.work)) if _is_decided_by_record(each)]
    if case.work not in reached:
        return False
    return _act(case, reached, _NO_GRANT, now)


def act_at_expiry(case: Case, *, now: datetime) -> bool:
    """Turn the access off to the work of a case whose time runs out, and to all identical copies; tell whether it did. Twice is fine."""
    with transaction.atomic():
        held = Case.objects.select_for_update(of=("self",)).filter(
            pk__in=due_to_act(now).values("pk"), pk=case.pk
        )
        found = held.select_related("work__owner").first()
        if found is None or found.work is None:
            return False
        return _act(found, [found.work, *identical_to(found.work)], _by_clock(found, now), now)


def _by_clock(case: Case, now: datetime) -> str | Promise:
    """What a clock did, in each reader's language and with both times: when the access was due to be off, and when that is written down."""
    times = {"due": acts_at(Kind(case.kind), case.due_at), "written": now}

    def said() -> str:
        return _CLOCK % {name: date_format(localtime(at), "DATETIME_FORMAT") for name, at in times.items()}

    return lazy(said, str)()


def _is_decided_by_record(work: Work) -> bool:
    return record_of(work).finding is Finding.NO_GRANT and not _was_overruled(work)


def _was_overruled(work: Work) -> bool:
    lifted = Measure.objects.filter(work=work, case__kind__in=BY_RECORD, lifted_at__isnull=False)
    last = lifted.aggregate(at=Max("lifted_at"))["at"]
    return last is not None and is_unchanged_since(work, last)


def _act(case: Case, works: Sequence[Work], facts: str | Promise, now: datetime) -> bool:
    if not Case.objects.filter(pk=case.pk, acted_at__isnull=True).update(acted_at=now):
        return False
    case.refresh_from_db(fields=["acted_at"])
    kind = Kind(case.kind)
    given_out = [each for each in works if each.state != WorkState.DELETED]
    reasons = Reasons.usual(kind, facts)
    measures = take_off(case=case, works=given_out, reasons=reasons, by=None, now=now)
    due_off_at = acts_at(kind, case.due_at)
    body: dict[str, JSON] = {
        "works": [each.work.code for each in measures],
        "received_at": case.created_at.isoformat(),
        "valid_at": case.valid_at.isoformat() if case.valid_at else None,
        "due_at": case.due_at.isoformat(),
        **({"acts_at": due_off_at.isoformat()} if due_off_at else {}),
        "acted_at": now.isoformat(),
        "decided_by": "record" if kind in BY_RECORD else "clock",
    }
    lifecycle.note(case, Event.ACCESS_OFF, by=None, now=now, body=body)
    return True
