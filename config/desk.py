"""The desk: one page that leads the staff to the rooms that each of them may enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access.declare import staff
from accounts.access.permissions import Permission
from accounts.access.roles import permissions_of
from accounts.elevation.queries import elevations_for
from accounts.elevation.states import ElevationState
from accounts.guardians.queries import unconfirmed
from accounts.identity.queries import queue as claims
from accounts.organisations.queries import queue as organisations
from accounts.retention.holds import half_done
from accounts.sanctions.queries import waiting_for as proposed_sanctions
from accounts.users.models import User
from accounts.users.requests import SignedInRequest
from consent.statements.queries import unheard
from marking.desk.appeals.queries import shelf as appeals
from marking.desk.cases.queries import shelf as cases
from marking.desk.refutations.queries import proposed_to as proposed_refutations

Waiting = Callable[[User], QuerySet[Any]]

DECISIONS, IDENTITIES, RECORDS = _("Complaints and decisions"), _("Identities"), _("Records and holds")


@dataclass(frozen=True)
class Room:
    """A room of the desk. ``name``: of its address; ``waiting``: what has to be done in it, counted by one query."""

    group: Promise
    name: str
    permission: Permission
    title: Promise
    lead: Promise
    waiting: Waiting | None = None

    @property
    def url(self) -> str:
        """The address of its first page."""
        return reverse(self.name)


ROOMS = (
    Room(
        DECISIONS,
        "cases:queue",
        Permission.WORK_CASES,
        _("Cases"),
        _("Complaints and feedback by anybody. What is due first stands first."),
        lambda reader: cases("open"),
    ),
    Room(
        DECISIONS,
        "appeals:queue",
        Permission.DECIDE_APPEALS,
        _("Appeals"),
        _("Nobody decides here who took part in the first decision."),
        lambda reader: appeals("open"),
    ),
    Room(
        DECISIONS,
        "sanctions:accounts",
        Permission.IMPOSE_SANCTIONS,
        _("Accounts"),
        _("Warn, limit, suspend, close: each with its reasons, its end and the right to appeal."),
        lambda reader: proposed_sanctions(reader),
    ),
    Room(
        DECISIONS,
        "refutation_desk:list",
        Permission.REFUTE,
        _("Refutations"),
        _("One writes a note, another publishes it. It follows the work and its copies."),
        lambda reader: proposed_refutations(reader),
    ),
    Room(
        IDENTITIES,
        "identity_review:queue",
        Permission.REVIEW_IDENTITIES,
        _("Real names to review"),
        _("Oldest first. Opening a claim shows name and number in clear, and is recorded under your account."),
        lambda reader: claims(),
    ),
    Room(
        IDENTITIES,
        "organisation_review:queue",
        Permission.REVIEW_IDENTITIES,
        _("Organisations"),
        _("Companies and others that a verified person stands for."),
        lambda reader: organisations(),
    ),
    Room(
        IDENTITIES,
        "guardian_review:queue",
        Permission.REVIEW_IDENTITIES,
        _("Guardians to confirm"),
        _("Adults who act for a child appear here."),
        lambda reader: unconfirmed(),
    ),
    Room(
        IDENTITIES,
        "statement_review:queue",
        Permission.HEAR_STATEMENTS,
        _("Statements to hear"),
        _("What people say to agree to a grave use appears here."),
        lambda reader: unheard(),
    ),
    Room(
        IDENTITIES,
        "trace:start",
        Permission.TRACE_WORKS,
        _("Trace a file"),
        _("To the work that it comes from, and to the number of whoever made it. Who that is takes two approvals."),
    ),
    Room(
        IDENTITIES,
        "elevations:list",
        Permission.SEE_ELEVATIONS,
        _("Sealed identities"),
        _("Who asked to open one, who approved it, and what became of it. Newest first."),
        lambda reader: elevations_for(reader).filter(state=ElevationState.ASKED),
    ),
    Room(
        RECORDS,
        "holds:page",
        Permission.HOLD_DATA,
        _("Legal holds"),
        _("What proceedings need is neither emptied nor erased. Two people set a hold, and two lift it."),
        lambda reader: half_done(timezone.now()),
    ),
    Room(
        RECORDS,
        "records:page",
        Permission.READ_RECORDS,
        _("Records"),
        _("Each entry is chained to the one before it. Entries are never changed or removed."),
    ),
)  # fmt: skip
"""All rooms of the desk, by group; a test holds them against the addresses under ``desk/``."""


def rooms_for(permissions: Iterable[Permission]) -> list[Room]:
    """The rooms that holders of ``permissions`` may enter."""
    held = frozenset(permissions)
    return [room for room in ROOMS if room.permission in held]


def navigation(path: str, permissions: Iterable[Permission]) -> dict[str, Any]:
    """The rooms open to holders of ``permissions``, for a page at ``path``.

    ``is_here``: whether that page is of the desk; ``groups``: ``(title, [{room, is_here}])``.
    """
    rows = [{"room": room, "is_here": path.startswith(room.url)} for room in rooms_for(permissions)]
    return {"is_here": path.startswith(reverse("desk")), "groups": _grouped(rows)}


@staff
@never_cache
@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """A card for each room that the reader may enter, with how much waits in it."""
    rows = [_row(room, request.user) for room in rooms_for(permissions_of(request.user))]
    return render(request, "desk/page.html", {"groups": _grouped(rows)})


def _row(room: Room, reader: User) -> dict[str, Any]:
    """A room with what waits there: a number of things, or None where nothing ever waits."""
    return {"room": room, "waiting": room.waiting(reader).count() if room.waiting else None}


def _grouped(rows: list[dict[str, Any]]) -> list[tuple[Promise, list[dict[str, Any]]]]:
    return [(group, list(inside)) for group, inside in groupby(rows, lambda row: row["room"].group)]
