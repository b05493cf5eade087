"""Who is in a use: named by a grant that they gave already, by a request that they are asked with, or not yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent import clock
from consent.grants.models import Grant
from consent.history.services import note
from consent.scope import Element, GrantState, Operation
from consent.uses.models import DepictedPerson, Use
from consent.uses.services import check
from consent.uses.states import UseState

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from consent.requests.models import Request

MOST_PEOPLE = 50
"""People in one use."""
_BEFORE_LIVE = (UseState.PROPOSED, UseState.CHECKED, UseState.AWAITING_PREVIEW, UseState.APPROVED)


def add_granted(
    use: Use, *, by: User, grant: Grant, elements: Iterable[Element], operations: Iterable[Operation]
) -> DepictedPerson:
    """Say that ``use`` shows the person who gave ``grant``. Whether it covers the use, :func:`~consent.uses.services.check` says.

    Refused with ``not_yours`` where it was granted to somebody else, ``person_twice``, and ``too_many_people``.
    """
    if grant.grantee_id != by.pk:
        raise Refusal(
            "not_yours", _("This consent was given to somebody else, or there is none."), status=403
        )
    if is_in(use, grant.person):
        raise Refusal("person_twice", _("This person is named already."))
    return _add(use, elements, operations, grant=grant)


def add_asked(
    use: Use, *, request: Request, elements: Iterable[Element], operations: Iterable[Operation]
) -> DepictedPerson:
    """Say that ``use`` shows the person whom ``request`` asks. Refused with ``too_many_people``."""
    return _add(use, elements, operations, request=request)


def add_unnamed(use: Use, declared: Iterable[Element], *, faces: int = 0) -> None:
    """Keep places for whoever nobody named: without them nothing is covered.

    One for those of the ``declared`` elements that nobody named has, and further ones up to as many people with a face as ``faces``
    were found; at most :data:`MOST_PEOPLE` in all.
    """
    note_faces(use, faces)
    DepictedPerson.objects.filter(use=use, grant=None, request=None).delete()
    named = [set(person.elements) for person in use.people.all()]
    missing = {each for each in declared if not any(each in elements for elements in named)}
    places = [missing] if missing else []
    bearers = sum(Element.FACE in elements for elements in [*named, *places])
    further = min(faces - bearers, MOST_PEOPLE - len(named) - len(places))
    for elements in [*places, *[{Element.FACE}] * further]:
        _add(use, elements, ())


def note_faces(use: Use, faces: int) -> None:
    """Note that as many real people as ``faces`` are seen in ``use``. Fewer than before only where two faces were declared to be one person's."""
    Use.objects.filter(pk=use.pk).exclude(faces=faces).update(faces=faces)
    use.faces = faces


def is_in(use: Use, person: User) -> bool:
    """Whether ``person`` is matched with somebody in ``use``."""
    return DepictedPerson.objects.filter(use=use, grant__person=person).exists()


def on_grant_given(*, grant: Grant, now: datetime, **kwargs: Any) -> None:
    """Match a new grant with the places in uses that it was asked for, and see whether they are covered now.

    A person who is in a use already stays the one that they are there.
    """
    if grant.request_id is None:
        return
    waiting = DepictedPerson.objects.filter(
        request=grant.request_id, grant=None, use__state__in=_BEFORE_LIVE
    ).select_related("use__owner")
    for place in waiting.order_by("use_id", "position"):
        if not is_in(place.use, grant.person):
            DepictedPerson.objects.filter(pk=place.pk).update(grant=grant)
            check(place.use, now=now)


def on_grant_changed(*, grant: Grant, now: datetime, **kwargs: Any) -> None:
    """See whether a grant that is in force now covers what waited for it."""
    if grant.state != GrantState.ACTIVE:
        return
    waiting = Use.objects.filter(people__grant=grant, state__in=_BEFORE_LIVE).select_related("owner")
    for use in waiting.order_by("pk"):
        check(use, now=now)


def _add(
    use: Use, elements: Iterable[Element], operations: Iterable[Operation], **named: Any
) -> DepictedPerson:
    people = DepictedPerson.objects.filter(use=use)
    if people.count() >= MOST_PEOPLE:
        sentence = _("At most %(most)d people can be named in one work.")
        raise Refusal("too_many_people", sentence % {"most": MOST_PEOPLE}, status=422)
    last = people.aggregate(last=Max("position"))["last"]
    place = DepictedPerson.objects.create(
        use=use,
        position=0 if last is None else last + 1,
        elements=sorted(str(each) for each in elements),
        operations=sorted(str(each) for each in operations),
        **named,
    )
    if named:
        _note(place, "person_named")
    return place


def leave_out(place: DepictedPerson) -> None:
    """Say that nobody is there after all. Call it in a transaction."""
    if place.grant_id is not None or place.request_id is not None:
        _note(place, "person_left_out")
    place.delete()


def _note(place: DepictedPerson, event: str) -> None:
    """Write down who was named: a row that is taken away past this site is missed by it."""
    use = place.use
    body: dict[str, JSON] = {"subject": use.subject, "position": place.position}
    note(use.log_subject, event, by=use.owner, person=use.owner, now=clock.now(), body=body)
