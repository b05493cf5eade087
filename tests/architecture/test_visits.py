from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access.declare import PER_OPERATION, PUBLIC, STAFF
from accounts.access.permissions import Permission
from accounts.api.services import create_client
from accounts.identity.models import IdentityClaim
from accounts.notices.webhooks.services import add_webhook
from accounts.users.models import User
from consent.receipts.services import receipts_of
from consent.requests.links import token_for
from consent.requests.models import Request
from consent.requests.services import draft
from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind as CaseKind
from marking.desk.cases.models import Case
from marking.desk.filing.services import Complaint, file_case
from marking.works.faces.models import FoundFace
from marking.works.files import preview_name
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.answers.asked import asked
from tests.consent.depicting import awaiting_preview
from tests.consent.people import granted, scope_for
from tests.marking.verification.kept_reports import a_kept_report

from .addresses import Address, addresses
from .granted_things import granted_things, mandated

NAMED = [address for address in addresses() if address.name]
# Parameters that lead to something that belongs to one account.
OWNED = {
    "works": "code",
    "previews": "use",
    "unlabelled": "code",
    "api_access": "client_id",
    "webhooks": "webhook_id",
    "my_data": "copy",
    "own_requests": "reference",
    "own_appeals": "decided",
    "consenting": "code",
    "likeness": "grant_reference",
    "statements": "statement_reference",
    "wards": "ward_id",
    "requests": "request_reference",
    "receipts": "receipt",
    "reasons": "puid",
    "organisations": "organisation_id",
}
STAFF_ONLY = {STAFF} | {permission.key for permission in Permission}
AWAY = {301, 302, 401, 403, 404, 405}
# Not ready is an honest answer of a site whose worker does not run.
UNREADY = ("readyz", 503)


@pytest.fixture
def other_user(other_user: User, verified_user: User) -> User:
    """Somebody else who has a real name as well, so that only ownership stands in the way."""
    claim = IdentityClaim.objects.get(user=verified_user)
    claim.pk, claim.user, claim.deposit = None, other_user, None
    claim.save()
    return other_user


@pytest.fixture
def samples(verified_user: User, other_user: User) -> dict[str, object]:
    """One value for each parameter of an address; what belongs to somebody is the verified user's."""
    path = default_storage.save("visits/picture.png", ContentFile(b"not a picture"))
    work = Work.objects.create(
        owner=verified_user,
        state=WorkState.RELEASED,
        released_at=timezone.now(),
        tool="generator",
        kind="content",
        depicts="nobody",
        source_name="picture.png",
        source_path=path,
        source_sha256="0" * 64,
        source_bytes=13,
        media_type="image/png",
        width=1,
        height=1,
        marked_path=path,
        marked_sha256="0" * 64,
        marked_bytes=13,
    )
    for which in ("before", "after", "faces"):
        default_storage.save(preview_name(work.code, which), ContentFile(b"not a picture"))
    FoundFace.objects.create(
        work=work, position=1, x=0, y=0, width=1, height=1, shown=[0, 0, 1, 1], confidence=0.5
    )
    request = asked(other_user, address=verified_user.email, name="Ada Lovelace")
    return {
        "code": work.code,
        "which": "before",
        "number": _case(work).code,
        "use": awaiting_preview(verified_user, other_user, work).pk,
        "token": a_kept_report(),
        "reference": request.answer_reference,
        "link": token_for(request),
        "position": 0,
        "request_reference": _request(verified_user).reference,
        "path": "0/000",
        "shard": "2027",
        "version": 1,
        "year": timezone.now().year,
        "client_id": create_client(by=verified_user, name="renderer").client.pk,
        "webhook_id": add_webhook(by=verified_user, url="https://example.com/hook").webhook.pk,
        "pk": IdentityClaim.objects.get(user=verified_user).pk,
        **granted_things(verified_user, other_user),
        "receipt": receipts_of(granted(verified_user, verified_user))[0].pk,
        **mandated(verified_user),
        "uidb36": "1",
        "key": "set-password",
    }


def _request(by: User) -> Request:
    """A draft of a request."""
    return draft(by=by, name="Lin Mei", address="lin@example.com", scope=scope_for(by))


def _case(work: Work) -> Case:
    """A case about ``work`` that waits."""
    return file_case(Complaint(new_token(), CaseKind.LABEL, "Its label is gone.", work=work))[0]


@pytest.fixture
def visitors(verified_user: User, other_user: User, staff_user: User, operator: User) -> dict[str, Client]:
    """Browsers: of nobody, somebody else, a reviewer, the operator, and of the owner last, who may delete."""
    for role in ("auditor", "case_officer", "tracing_officer", "moderator"):
        staff_user.groups.add(Group.objects.get_or_create(name=role)[0])
    people = {"other": other_user, "staff": staff_user, "operator": operator, "owner": verified_user}
    browsers = {"nobody": Client()}
    for name, person in people.items():
        browsers[name] = Client()
        browsers[name].force_login(person)
    return browsers


def _visits(
    address: Address, visitors: dict[str, Client], samples: dict[str, object]
) -> Iterator[tuple[str, HttpResponse]]:
    url = reverse(address.name, kwargs={name: samples[name] for name in address.parameters})
    for name, browser in visitors.items():
        yield name, browser.get(url)
    for name, browser in visitors.items():
        yield name, browser.post(url)


@pytest.mark.parametrize("address", NAMED, ids=lambda address: address.name)
def test_every_address_answers_everybody_and_lets_in_only_whom_it_says(
    address: Address, visitors: dict[str, Client], samples: dict[str, object]
) -> None:
    for visitor, response in _visits(address, visitors, samples):
        assert response.status_code < 500 or (address.name, response.status_code) == UNREADY, visitor
        if _is_shut_to(visitor, address):
            assert response.status_code in AWAY, visitor


def _is_shut_to(visitor: str, address: Address) -> bool:
    if address.is_third_party or address.access in {PUBLIC, PER_OPERATION}:
        return False
    namespace = address.name.partition(":")[0]
    if OWNED.get(namespace) in address.parameters:
        return visitor != "owner"
    if address.access in STAFF_ONLY:
        return visitor not in {"staff", "operator"}
    return visitor == "nobody"


@pytest.mark.parametrize(
    "address", [each for each in NAMED if each.access == PER_OPERATION], ids=lambda a: a.name
)
def test_the_api_knows_no_session(
    address: Address, visitors: dict[str, Client], samples: dict[str, object]
) -> None:
    """Being signed in on the pages opens nothing on the API."""
    kwargs = {name: samples[name] for name in address.parameters}
    url = reverse(address.name, kwargs=kwargs)

    assert visitors["owner"].get(url).status_code == visitors["nobody"].get(url).status_code


@pytest.mark.parametrize("address", [each for each in NAMED if each.access == PUBLIC], ids=lambda a: a.name)
def test_public_pages_set_no_cookie(address: Address, db: None, samples: dict[str, object]) -> None:
    url = reverse(address.name, kwargs={name: samples[name] for name in address.parameters})

    assert Client().get(url).cookies == {}
