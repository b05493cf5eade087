"""What a person has granted, said and answers for, for the tables of addresses."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.elevation.services import ask
from accounts.guardians.models import Guardianship, Relation
from accounts.organisations.models import Mandate, Organisation
from accounts.own_data.models import DataCopy
from accounts.retention.holds import propose
from accounts.sanctions.reasoning import Ground, Reasons
from accounts.sanctions.services import impose
from accounts.sanctions.states import Step
from accounts.users.models import User
from consent.blocking.models import Block
from consent.blocking.services import block
from consent.contacts.services import contact_for
from consent.statements import services
from marking.desk.appeals.appealable import find
from marking.desk.appeals.services import file_own
from marking.desk.refutations.services import Wording, publish, write
from tests.accounts.elevation.officers import officer, wish
from tests.accounts.reasons.statements import stated
from tests.consent.answers.asked import asked
from tests.consent.depicting import work_of
from tests.consent.people import granted

RECORDING = b"OggS" + bytes(2000)


def granted_things(person: User, requester: User) -> dict[str, object]:
    """Values of the parameters that lead to what belongs to ``person``: a grant, a spoken statement, a ward, a block, a copy of their data, an opening of their name; and to a legal hold."""
    return {
        "grant_reference": granted(person, requester).reference,
        "statement_reference": _statement(person, requester),
        "ward_id": _ward(person).producer_id,
        "block": _block(person, requester).pk,
        "elevation": _elevation(person),
        "producer_id": person.producer_id,
        "copy": _copy(person),
        "hold": _hold(requester),
        "step": "confirm",
        "puid": stated(person).pk,
        "refutation": _refuted(requester),
        **_decided(person, requester),
    }


def _copy(person: User) -> object:
    """A copy of one's data that is ready, and whose file is gone."""
    now = timezone.now()
    facts = {"sha256": "0" * 64, "size": 1, "made_at": now, "expires_at": now}
    return DataCopy.objects.create(user=person, asked_at=now, state=DataCopy.State.READY, **facts).pk


def _hold(proposer: User) -> object:
    about = User.objects.create_user("held@example.com")
    return propose(
        by=proposer, subject=f"user:{about.producer_id}", case="2026-1", document_sha256="0" * 64
    ).pk


def _statement(person: User, requester: User) -> object:
    request = asked(requester, address="spoken@example.com", name="Ada Lovelace")
    with transaction.atomic():
        statement = services.ask_for(
            request=request, person=person, speaker=person, scope="{}", facts={}, locale="en"
        )
    return services.record(by=person, statement=statement, recording=RECORDING).reference


def _elevation(person: User) -> object:
    return ask(by=officer("asks@example.com", "tracing_officer"), wish=wish(person)).reference


def _block(person: User, requester: User) -> Block:
    return block(contact_for("blocks@example.com"), requester, person=person, about=uuid4())


def _refuted(by: User) -> object:
    """A published note on a work of somebody else's."""
    owner = User.objects.create_user("liar@example.com", None)
    publisher = User.objects.create_user("publishes@example.com", None)
    work = work_of(owner, "released", source_sha256="7" * 64)
    wording = Wording(
        "画面所示的讲话从未发生。", "The speech shown was never held.", ["https://example.com/"], "Yinji"
    )
    version = write(by=by, work=work, wording=wording)
    publish(by=publisher, version=version)
    return version.refutation_id


def _decided(person: User, by: User) -> dict[str, object]:
    """A warning, and the person's appeal against it."""
    reasons = Reasons(Ground.INCOMPATIBLE, "Section 4", "It broke the agreement.", "It was seen on two days.")
    sanction = impose(by=by, user=person, step=Step.WARN, days=1, reasons=reasons)
    decision = find("sanction", str(sanction.pk))
    assert decision is not None
    appeal = file_own(by=person, decision=decision, text="Nothing of it is so.")
    return {"sanction": sanction.pk, "decision_kind": "sanction", "decided": sanction.pk, "appeal": appeal.pk}


def _ward(guardian: User) -> User:
    ward = User.objects.create_user("ward@ward.invalid", None)
    reviewer = User.objects.create_user("confirms@example.com", None)
    Guardianship.objects.create(
        ward=ward,
        guardian=guardian,
        relation=Relation.PARENT,
        confirmed_at=timezone.now(),
        confirmed_by=reviewer,
    )
    return ward


def mandated(representative: User) -> dict[str, object]:
    """An organisation of ``representative`` and a mandate of somebody who visits nothing, by the names that addresses use."""
    now = timezone.now()
    delegate = User.objects.create_user("delegate@example.com")
    organisation = Organisation.objects.create(
        name="Studio", uscc="91110102MACQD9K640", representative=representative
    )
    mandate = Mandate.objects.create(
        organisation=organisation, delegate=delegate, scopes="publish", given_by=representative,
        begins_at=now, ends_at=now + timedelta(days=1),
    )  # fmt: skip
    return {
        "organisation_id": organisation.reference,
        "organisation_pk": organisation.pk,
        "mandate_id": mandate.reference,
    }
