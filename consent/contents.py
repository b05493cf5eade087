"""What consents keep of people in rows and files, and when its time is over: three years after the consent ended.

A question that nobody granted counts from the day by which it was to be answered, whatever became of it: its requester sees when it
was emptied, and must not learn from that whether and when the person answered without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from accounts.retention.contents import Content, register
from consent.contacts.models import Contact
from consent.grants.models import Evidence, Grant
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.requests.states import OPEN
from consent.statements.models import Statement
from consent.statements.states import OPEN as UNHEARD
from consent.uses.models import DepictedPerson, Use
from consent.uses.states import UseState

_KEPT = "consent"
_OVER = ~Q(state__in=sorted(OPEN))
_UNASKED = ~Exists(Request.objects.filter(contact=OuterRef("pk"), emptied_at__isnull=True))

_COVERED = DepictedPerson.objects.filter(use=OuterRef("pk"), grant__isnull=False)
_STANDING = _COVERED.filter(grant__ended_at__isnull=True)
_LAST_ENDED = _COVERED.order_by("-grant__ended_at").values("grant__ended_at")[:1]


def _end_of_question(path: str = "") -> Case:
    """A question that was granted ends with its consent; any other on the day by which it was to be answered."""
    granted = When(**{f"{path}grant__isnull": False}, then=F(f"{path}grant__ended_at"))
    return Case(granted, default=F(f"{path}answer_by"))


def _accounts(*people: Any) -> Iterator[str]:
    yield from (f"user:{each.producer_id}" for each in people if each is not None)


def _keepers_of_grant(grant: Grant) -> Iterator[str]:
    yield grant.log_subject
    yield from _accounts(grant.person, grant.grantee, grant.guardian)


def _keepers_of_evidence(evidence: Evidence) -> Iterator[str]:
    yield from _keepers_of_grant(evidence.grant)


def _keepers_of_receipt(receipt: Receipt) -> Iterator[str]:
    yield receipt.log_subject
    yield from _keepers_of_grant(receipt.grant)


def _keepers_of_request(request: Request) -> Iterator[str]:
    yield request.log_subject
    yield request.answer_subject
    yield from _accounts(request.requester, request.person)


def _keepers_of_statement(statement: Statement) -> Iterator[str]:
    yield statement.log_subject
    yield from _accounts(statement.speaker, statement.person)
    yield from _keepers_of_request(statement.request)


def _keepers_of_use(use: Use) -> Iterator[str]:
    yield use.log_subject
    yield use.subject
    yield from _accounts(use.owner)


EVIDENCE = Content(
    name="evidence",
    kept=_KEPT,
    model=Evidence,
    blank={"sealed": b""},
    ended_at=F("grant__ended_at"),
    keepers=_keepers_of_evidence,
    joined=("grant__person", "grant__grantee", "grant__guardian"),
    called=lambda evidence: evidence.grant.log_subject,
    stays="how surely it was granted, the digest of the evidence, and the seal that binds it to the grant",
)
CLAUSES = Content(
    name="clauses",
    kept=_KEPT,
    model=Grant,
    blank={"scope": {}},
    ended_at=F("ended_at"),
    keepers=_keepers_of_grant,
    joined=("person", "grantee", "guardian"),
    stays="who granted whom something, when it began and ended, what became of it, the digest of the clauses",
)
RECEIPTS = Content(
    name="receipts",
    kept=_KEPT,
    model=Receipt,
    blank={"jws": ""},
    ended_at=F("grant__ended_at"),
    keepers=_keepers_of_receipt,
    joined=("grant__person", "grant__grantee", "grant__guardian"),
    stays="that it was issued, when and for whom, and its digest: copies that people hold can still be checked",
)
STATEMENTS = Content(
    name="statements",
    kept=_KEPT,
    model=Statement,
    blank={"sealed": b"", "scope": "", "code": "", "reason": ""},
    ended_at=_end_of_question("request__"),
    keepers=_keepers_of_statement,
    only=~Q(state__in=sorted(UNHEARD))
    & (Q(recorded_at__isnull=True) | Q(recording_removed_at__isnull=False)),
    joined=("speaker", "person", "request__requester", "request__person"),
    stays="who was asked to say something when, who heard it, what was decided; the recording itself goes 30 days after the decision",
)
REQUESTS = Content(
    name="requests",
    kept=_KEPT,
    model=Request,
    blank={
        "wrapped_key": None,
        "sealed_name": None,
        "scope": {},
        "counter_scope": None,
        "counter_sha256": "",
        "counter_proof": "",
        "counter_evidence": None,
        "token_index": None,
    },
    ended_at=_end_of_question(),
    keepers=_keepers_of_request,
    only=_OVER,
    joined=("requester", "person"),
    stays="who asked when, what became of it, the digest of its clauses",
)
CONTACTS = Content(
    name="contacts",
    kept=_KEPT,
    model=Contact,
    blank={"wrapped_key": None, "sealed_address": None},
    ended_at=F("created_at"),
    keepers=lambda contact: [f"contact:{contact.reference}"],
    only=Q(_UNASKED, sealed_address__isnull=False),
    called=lambda contact: f"contact:{contact.reference}",
    stays="a keyed digest, by which an address that wants no mail gets none; it goes when everything asked under it is emptied",
    returns=True,
)


USES = Content(
    name="uses",
    kept=_KEPT,
    model=Use,
    blank={"terms": {}, "trace": []},
    # As consent.ended reckons it: once it is removed and everybody's consent to it ended, whichever came last.
    ended_at=Greatest(F("removed_at"), Coalesce(Subquery(_LAST_ENDED), F("removed_at"))),
    keepers=_keepers_of_use,
    only=Q(~Exists(_STANDING), state=UseState.REMOVED),
    joined=("owner",),
    stays="whose work it was of, who was in it by which consent, when it was live and when removed",
)


def register_all() -> None:
    """Let what consents keep come to its end; an address after all that was asked under it."""
    register(EVIDENCE, CLAUSES, RECEIPTS, STATEMENTS, REQUESTS, USES, CONTACTS)
