"""What two people leave behind who make pictures of one another, by every step that the site has for it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from allauth.account.models import EmailAddress
from PIL import Image

from accounts.own_data import services as copies
from accounts.users.models import User
from accounts.users.services import accept_on_behalf, publish_agreement
from consent.grants.models import Grant
from consent.requests.delivery import deliver
from consent.scope import Element, Operation
from marking.consenting import services as consenting
from marking.consenting.services import Place
from marking.works import execution
from marking.works import services as works
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from tests.conftest import photograph
from tests.consent.answers.passkeys import Passkey
from tests.consent.answers.saying import signed
from tests.consent.people import scope_for, terms_for

PORTRAIT = Declaration("Test generator", "2", Kind.FACE, Depicts.FACE)


def settle(user: User) -> Passkey:
    """Let ``user`` be somebody who may ask and answer: an address of their own, the agreement, a passkey."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    publish_agreement()
    accept_on_behalf(by=None, user=user)
    passkey = Passkey(user.producer_id)
    passkey.register(user)
    return passkey


def portray(creator: User, person: User, name: str, passkey: Passkey, folder: Path) -> Work:
    """A released work of ``creator`` that shows ``person``, who was asked by their real ``name`` and signed."""
    path = folder / f"{creator.producer_id}.png"
    Image.fromarray(photograph(seed=creator.pk)).save(path, compress_level=1)
    work = works.submit(by=creator, path=path, name="portrait.png", declaration=PORTRAIT)
    consenting.set_terms(by=creator, work=work, terms=terms_for(scope_for(creator)))
    face = Place(frozenset({Element.FACE}), frozenset({Operation.FACE_SWAP}), name=name, address=person.email)
    request = consenting.ask(by=creator, work=work, place=face)
    deliver(request.pk)
    request.refresh_from_db()
    assert isinstance(signed(request, person, passkey), Grant)
    execution.run(work.pk)
    work.refresh_from_db()
    return work


def copied(user: User) -> BytesIO:
    """What ``user`` reads who fetches a copy of all that is held about them; the copy stays."""
    copy = copies.ask(by=user)
    copies.make(copy.pk)
    copy.refresh_from_db()
    return BytesIO(b"".join(copies.fetch(by=user, copy=copy)))
