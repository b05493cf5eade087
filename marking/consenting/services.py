"""What the owner of a work says of it while it waits for consent: what it is for, who is in it; and whether that is covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.sanctions.gate import require_unlimited
from accounts.sanctions.states import Function
from accounts.users.models import User
from consent.contacts.services import index_of
from consent.grants.models import Grant
from consent.grants.queries import held_by
from consent.requests import services as requests
from consent.requests.models import Request
from consent.requests.names import clean_name, name_of
from consent.requests.queries import shown_of
from consent.requests.states import Shown
from consent.scope import VERSION, Allow, Deny, Element, Operation, Scope
from consent.scope import Use as Terms
from consent.scope.documents import read_scope, read_use, write_scope, write_use
from consent.uses import depicting
from consent.uses.asking import as_labelled
from consent.uses.models import DepictedPerson, Use
from consent.uses.queries import grants_of, lock
from consent.uses.services import check, propose
from consent.wording import sentence
from marking.consenting.covering import is_whole, scope_covering, terms_within, without_person
from marking.works.declaration import Depicts
from marking.works.faces.people import keep_places
from marking.works.gate import subject_of
from marking.works.models import Work
from marking.works.states import WorkState


class ConsentMissing(Refusal):
    """Everybody in a work is named by a grant, and these do not cover it. ``decision`` says which clauses are missing."""

    def __init__(self, decision: Deny, use: Use) -> None:
        super().__init__("consent_missing", _("The consents named do not cover this use."), status=403)
        self.decision, self.places = decision, list(use.people.select_related("grant__person"))

    @property
    def is_kept(self) -> bool:
        """Whether only approvals of the finished file are missing: what was said is kept, so that they can be given."""
        return {each.clause for each in self.decision.trace} == {"preview"}

    def in_words(self) -> str:
        """Every clause that is missing, a sentence each."""
        return " ".join([self.sentence, *map(sentence, self.decision.trace)])


@dataclass(frozen=True)
class Place:
    """One person in a work, as its owner says it: by a ``grant``, or by name and address, to be asked."""

    elements: frozenset[Element]
    operations: frozenset[Operation]
    grant: UUID | None = None
    name: str = ""
    address: str = ""
    days: int = requests.DEFAULT_DAYS


def shows_somebody(work: Work) -> bool:
    """Whether somebody real is declared to be in ``work``."""
    return Depicts(work.depicts).needs_consent


def use_for(work: Work, *, now: datetime | None = None) -> Use:
    """The use that ``work`` is, noted on first call, with a place for whoever is shown."""
    use = propose(
        owner=work.owner,
        subject=subject_of(work),
        output_sha256=work.source_sha256,
        now=now or timezone.now(),
    )
    if not use.people.exists():
        keep_places(work, use)
    return use


def terms_of(use: Use) -> Terms:
    """What a use is for, as it stands in the database."""
    return read_use(use.terms, None)


def set_terms(*, by: User, work: Work, terms: Terms, now: datetime | None = None) -> Allow | Deny:
    """Say what ``work`` is for. What was asked before stays as it was asked. Refused with ``not_waiting`` and ``not_yours``."""
    now = now or timezone.now()
    with transaction.atomic():
        use = _waiting(by, work, now)
        _write_terms(use, terms)
        return check(use, now=now)


def use_grant(
    *,
    by: User,
    work: Work,
    grant: UUID,
    elements: Iterable[Element],
    operations: Iterable[Operation],
    now: datetime | None = None,
) -> Allow | Deny:
    """Say that ``work`` shows the person who gave ``grant``. Refused as :func:`consent.uses.depicting.add_granted` does."""
    now = now or timezone.now()
    require_unlimited(by, Function.PUBLISH, now=now)
    with transaction.atomic():
        use = _waiting(by, work, now)
        held = _held(by, grant)
        depicting.add_granted(use, by=by, grant=held, elements=elements, operations=operations)
        return _checked(use, work, now)


def ask(*, by: User, work: Work, place: Place, now: datetime | None = None) -> Request:
    """Ask somebody shown in ``work`` for exactly what it is for. Refused with ``terms_missing``, and as requests are."""
    now = now or timezone.now()
    with transaction.atomic():
        use = _waiting(by, work, now)
        request = _ask(by, use, place, now)
        _checked(use, work, now)
    return request


def ask_again(*, by: User, work: Work, position: int, now: datetime | None = None) -> Request:
    """Ask the person at ``position`` for what the work is for by now, in place of what they were asked before."""
    now = now or timezone.now()
    with transaction.atomic():
        use = _waiting(by, work, now)
        place = _place(use, position)
        if place.request is None:
            raise Refusal("nobody_asked", _("Nobody was asked there."))
        return requests.edit(by=by, request=place.request, scope=scope_for(use, place), now=now)


def leave_out(*, by: User, work: Work, position: int, now: datetime | None = None) -> None:
    """Say that nobody is at ``position`` after all; an open request made for it is cancelled."""
    now = now or timezone.now()
    with transaction.atomic():
        use = _waiting(by, work, now)
        _remove(by, _place(use, position), now)
        _checked(use, work, now)


def put(
    *, by: User, work: Work, terms: Terms, places: Sequence[Place], now: datetime | None = None
) -> Allow | Deny:
    """Say at once what ``work`` is for and who is in it. A second call with the same changes nothing and asks nobody again.

    Refused with ``request_differs`` (409) where an address was asked under another name.
    Raises :class:`ConsentMissing` where nobody has to be asked and the grants do not cover the use: nothing is changed then, but where
    only somebody's approval of the file is missing.
    """
    now = now or timezone.now()
    require_unlimited(by, Function.PUBLISH, now=now)
    with transaction.atomic():
        missing = _put(by, work, terms, places, now)
        if isinstance(missing, ConsentMissing) and not missing.is_kept:
            raise missing
    if isinstance(missing, ConsentMissing):
        raise missing
    return missing


def cover_by(*, by: User, work: Work, grant: UUID, now: datetime | None = None) -> Allow | Deny:
    """Use all that ``grant`` allows for the one person in ``work``. Raises as :func:`put` does."""
    now = now or timezone.now()
    scope = read_scope(_held(by, grant).scope)
    shown = Depicts(work.depicts).elements
    place = Place(shown, scope.operations or frozenset(), grant=grant)
    return put(by=by, work=work, terms=terms_within(scope, now), places=[place], now=now)


def on_work_deleted(*, work: Work, now: datetime, **kwargs: Any) -> None:
    """Take back what people were asked for a work that is no more."""
    asked = DepictedPerson.objects.filter(use__subject=subject_of(work), request__isnull=False)
    for place in asked.select_related("request").order_by("position"):
        _take_back(work.owner, place, now)


def scope_for(use: Use, place: DepictedPerson | Place) -> Scope:
    """What somebody in ``use`` has to grant. Refused with ``terms_missing`` while that is not said."""
    terms = terms_of(use)
    if not is_whole(terms):
        raise Refusal("terms_missing", _("First say what the work is for, clause by clause."))
    return scope_covering(
        replace(terms, label=as_labelled(terms.label)),
        frozenset(Element(each) for each in place.elements),
        frozenset(Operation(each) for each in place.operations),
        grantee=use.owner.producer_id,
        output_sha256=use.output_sha256,
    )


def is_outdated(use: Use, place: DepictedPerson, now: datetime) -> bool:
    """Whether the person at ``place`` was asked for something else than the work is for by now."""
    if place.request is None or not is_whole(terms_of(use)):
        return False
    is_open = shown_of(place.request, now) in (Shown.SENT, Shown.COUNTERED)
    return is_open and place.request.scope != write_scope(scope_for(use, place))


def _waiting(by: User, work: Work, now: datetime) -> Use:
    if work.owner_id != by.pk:
        raise Refusal("not_yours", _("This work is somebody else's."), status=403)
    use = use_for(work, now=now)
    # Grants before the use, and nothing of the work: whoever withdraws locks in this order, too.
    grants_of(use)
    lock(use)
    if not Work.objects.filter(pk=work.pk, state=WorkState.AWAITING_CONSENT).exists():
        raise Refusal("not_waiting", _("This work does not wait for consent."))
    return use


def _write_terms(use: Use, terms: Terms) -> None:
    document = write_use(without_person(terms))
    use.terms = {**document, "vocabulary": terms.vocabulary or VERSION}
    use.save(update_fields=["terms"])


def _held(by: User, reference: UUID) -> Grant:
    grant = held_by(by).filter(pk=reference).first()
    if grant is None:
        raise Refusal(
            "not_yours", _("This consent was given to somebody else, or there is none."), status=403
        )
    return grant


def _ask(by: User, use: Use, place: Place, now: datetime) -> Request:
    scope = scope_for(use, place)
    drafted = requests.draft(
        by=by,
        name=place.name,
        address=place.address,
        scope=scope,
        subject=use.subject,
        days=place.days,
        now=now,
    )
    request = requests.send(by=by, request=drafted, now=now)
    depicting.add_asked(use, request=request, elements=place.elements, operations=place.operations)
    return request


def _put(
    by: User, work: Work, terms: Terms, places: Sequence[Place], now: datetime
) -> Allow | Deny | ConsentMissing:
    use = _waiting(by, work, now)
    _write_terms(use, terms)
    for row in _leftover(use, places):
        _remove(by, row, now)
    for place in places:
        _put_place(by, use, place, now)
    decision = _checked(use, work, now)
    if isinstance(decision, Deny) and all(each.grant for each in places):
        return ConsentMissing(decision, use)
    return decision


def _put_place(by: User, use: Use, place: Place, now: datetime) -> None:
    if place.grant is not None:
        held = _held(by, place.grant)
        if not use.people.filter(grant=held).exists():
            depicting.add_granted(
                use, by=by, grant=held, elements=place.elements, operations=place.operations
            )
        return
    asked = (
        use.people.filter(request__contact__index=index_of(place.address)).select_related("request").first()
    )
    if asked is None or asked.request is None:
        _ask(by, use, place, now)
    else:
        _require_same_name(asked.request, place)


def _require_same_name(request: Request, place: Place) -> None:
    """A name that is corrected is another question: only who bears the name that was asked for can answer."""
    if name_of(request) not in ("", clean_name(place.name)):
        sentence = _(
            "This address was asked under another name. Leave the person out and ask anew, or repeat the name as it was."
        )
        raise Refusal("request_differs", sentence, status=409)


def _leftover(use: Use, places: Sequence[Place]) -> list[DepictedPerson]:
    """Who is in ``use`` and is not, or not just so, among ``places``."""
    return [each for each in use.people.select_related("request__contact") if not _is_kept(use, each, places)]


def _is_kept(use: Use, row: DepictedPerson, places: Sequence[Place]) -> bool:
    return any(_is_same(use, row, place) for place in places)


def _is_same(use: Use, row: DepictedPerson, place: Place) -> bool:
    is_alike = set(row.elements) == set(place.elements) and set(row.operations) == set(place.operations)
    if not is_alike:
        return False
    if place.grant is not None:
        return row.grant_id == place.grant
    if row.request is None or not place.address:
        return False
    is_addressee = bytes(row.request.contact.index) == index_of(place.address)
    return is_addressee and row.request.scope == write_scope(scope_for(use, place))


def _remove(by: User, place: DepictedPerson, now: datetime) -> None:
    depicting.leave_out(place)
    _take_back(by, place, now)


def _take_back(by: User, place: DepictedPerson, now: datetime) -> None:
    if place.request is not None:
        with suppress(Refusal):  # answered already: a grant stays one, and may be used elsewhere
            requests.cancel(by=by, request=place.request, now=now)


def _checked(use: Use, work: Work, now: datetime) -> Allow | Deny:
    keep_places(work, use)
    return check(use, now=now)


def _place(use: Use, position: int) -> DepictedPerson:
    found = use.people.select_related("request", "grant").filter(position=position).first()
    if found is None:
        raise Refusal("no_such_person", _("Nobody is named there (any more)."), status=404)
    return found
