"""Every function that an account can be kept from is kept from it on every address, and given back on time.

All addresses and all operations of the API are listed: those that perform a function, with how to ask for it, and those that
perform none. An address of a new name fails until it stands in one of the two tables.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.api.services import create_client
from accounts.sanctions.models import Sanction
from accounts.sanctions.reasoning import Ground, Reasons
from accounts.sanctions.services import impose
from accounts.sanctions.states import Function, Step
from accounts.users.models import User
from config.api import api
from consent.requests.models import Request
from consent.requests.services import draft, send
from consent.scope.documents import write_use
from marking.consenting import services as consenting
from marking.works import numbers
from marking.works.faces.models import FoundFace
from marking.works.models import Work
from tests.consent.answers.asked import reauthenticate
from tests.consent.depicting import work_of
from tests.consent.people import account, granted, scope_for, terms_for

from .addresses import addresses

GENERATE, PUBLISH = Function.GENERATE, Function.PUBLISH
DOWNLOAD, ASK = Function.DOWNLOAD, Function.REQUEST_CONSENT
FACE, VOICE = Function.FACE_EDIT, Function.VOICE_EDIT

PAGES: dict[str, frozenset[Function]] = {
    "works:upload": frozenset({GENERATE, PUBLISH}),
    "works:retry": frozenset({GENERATE, PUBLISH}),
    "works:faces": frozenset({GENERATE, PUBLISH}),
    "works:download": frozenset({DOWNLOAD}),
    "unlabelled:page": frozenset({GENERATE, PUBLISH}),
    "unlabelled:download": frozenset({DOWNLOAD}),
    "consenting:ask": frozenset({ASK}),
    "consenting:again": frozenset({ASK}),
    "consenting:grant": frozenset({PUBLISH}),
    "requests:new": frozenset({ASK}),
    "requests:edit": frozenset({ASK}),
    "requests:send": frozenset({ASK}),
    "requests:remind": frozenset({ASK}),
    "requests:accept": frozenset({ASK}),
}
"""What each page performs of any file; a face and a voice are asked about where they are declared."""
IDLE_PAGES = {
    "works:list", "works:detail", "works:progress", "works:preview", "works:delete", "works:faces-picture",
    "unlabelled:progress",
    "consenting:page", "consenting:terms", "consenting:leave-out",
    "requests:list", "requests:detail", "requests:clauses", "requests:cancel",
    "desk", "language", "healthz", "readyz",
}  # fmt: skip
"""Pages beside them that perform none: they show, take back, or say what something is for."""
IDLE_ROOMS = {
    "answers", "api_access", "certificate", "complaints", "contacts", "identity", "likeness", "log", "me", "notices",
    "own_requests", "previews", "provider", "receipts", "standing", "statements", "status", "verification", "wards",
    "webhooks", "refutations", "refutation_desk", "own_appeals", "case_appeals", "appeals", "cases", "guardian_review", "identity_review", "organisations", "organisation_review", "records", "sanctions", "statement_review",
    "about", "accesses", "elevations", "trace", "reasons", "my_data", "holds",
}  # fmt: skip
"""Rooms that perform none: one's own account and likeness, what is public, and the desks of the staff."""
OPERATIONS: dict[tuple[str, str], frozenset[Function]] = {
    ("post", "/api/v1/works"): frozenset({GENERATE, PUBLISH, FACE, VOICE}),
    ("post", "/api/v1/works/{code}/faces"): frozenset({GENERATE, PUBLISH, FACE}),
    ("get", "/api/v1/works/{code}/download"): frozenset({DOWNLOAD}),
    ("put", "/api/v1/works/{code}/consent"): frozenset({PUBLISH, ASK}),
}
IDLE_OPERATIONS = {
    ("get", "/api/v1/works/{code}"),
    ("get", "/api/v1/works/{code}/consent"),
    ("get", "/api/v1/about"),
    ("get", "/api/v1/certificates/{code}"),
    ("post", "/api/v1/verifications"),
    ("post", "/api/v1/verifications/batch"),
    ("post", "/api/v1/receipts/check"),
}

REASONS = Reasons(Ground.INCOMPATIBLE, "Section 4", "It broke the agreement.", "It was seen on two days.")
DECLARED: dict[Function, dict[str, str]] = {FACE: {"depicts": "face"}, VOICE: {"kind": "voice"}}


def test_every_page_says_what_it_performs() -> None:
    ours = [each for each in addresses() if each.name and not each.is_third_party]
    for address in ours:
        if address.name.startswith("api-1:"):
            continue
        is_idle = address.name in IDLE_PAGES or address.name.partition(":")[0] in IDLE_ROOMS
        assert is_idle != (address.name in PAGES), address.name
        assert address.performs == PAGES.get(address.name, frozenset()), address.name
    names = {each.name for each in ours}
    assert names >= PAGES.keys() | IDLE_PAGES
    assert {name.partition(":")[0] for name in names} >= IDLE_ROOMS


def test_every_operation_of_the_api_says_what_it_performs() -> None:
    paths = api.get_openapi_schema()["paths"]
    found = {(method, path) for path, methods in paths.items() for method in methods}

    assert found == OPERATIONS.keys() | IDLE_OPERATIONS
    assert not OPERATIONS.keys() & IDLE_OPERATIONS


def test_every_function_is_performed_somewhere() -> None:
    assert frozenset[Function]().union(*PAGES.values(), *OPERATIONS.values()) == set(Function)


@dataclass(frozen=True)
class Scene:
    """An account with everything it could act upon, its browser and its machine."""

    owner: User
    browser: Client
    headers: dict[str, str]
    released: Work
    failed: Work
    asking: Work
    waiting: Work
    drafted: Request
    sent: Request
    grant: str

    def page(self, name: str) -> HttpResponse:
        """Ask for what a page performs."""
        address, data = self._pages()[name]
        if name == "works:download":
            return self.browser.get(address)
        return self.browser.post(address, data)

    def call(self, method: str, path: str, function: Function) -> HttpResponse:
        """Ask for what an operation performs; where it can perform several things, for ``function``."""
        url, data = self._calls(function)[method, path]
        if method == "get":
            return self.browser.get(url, headers=self.headers)
        if path == "/api/v1/works":
            return self.browser.post(url, data, headers=self.headers)
        send_it = getattr(self.browser, method)
        answer: HttpResponse = send_it(url, data, content_type="application/json", headers=self.headers)
        return answer

    def _pages(self) -> dict[str, tuple[str, dict[str, Any]]]:
        released, waiting = self.released.code, self.waiting.code
        return {
            "works:upload": (reverse("works:upload"), {"tool": "G", "kind": "scene", "pictures": _png()}),
            "works:retry": (reverse("works:retry", args=[self.failed.code]), {}),
            "works:faces": (reverse("works:faces", args=[self.asking.code]), {"face_1": "synthetic"}),
            "works:download": (reverse("works:download", args=[released]), {}),
            "unlabelled:page": (reverse("unlabelled:page", args=[released]), {}),
            "unlabelled:download": (reverse("unlabelled:download", args=[released]), {}),
            "consenting:ask": (reverse("consenting:ask", args=[waiting]), {}),
            "consenting:again": (reverse("consenting:again", args=[waiting, 0]), {}),
            "consenting:grant": (reverse("consenting:grant", args=[waiting]), {"grant": self.grant}),
            "requests:new": (reverse("requests:new"), {}),
            **{
                f"requests:{act}": (reverse(f"requests:{act}", args=[asked.reference]), {})
                for act, asked in (
                    ("edit", self.sent),
                    ("send", self.drafted),
                    ("remind", self.sent),
                    ("accept", self.sent),
                )
            },
        }

    def _calls(self, function: Function) -> dict[tuple[str, str], tuple[str, Any]]:
        said = {"tool": "G", "kind": "scene", "depicts": "nobody", **DECLARED.get(function, {})}
        answer = "real_person" if function is FACE else "synthetic"
        terms = {
            key: each
            for key, each in write_use(terms_for(scope_for(self.owner))).items()
            if key != "vocabulary"
        }
        person = {"elements": ["face"], "operations": ["face_swap"]}
        people = {**person, "name": "Zhao Wei", "address": "zhao@example.com"}
        return {
            ("post", "/api/v1/works"): (reverse("api-1:works"), {**said, "file": _png()}),
            ("post", "/api/v1/works/{code}/faces"): (
                reverse("api-1:faces", args=[self.asking.code]),
                {"answers": [{"face": 1, "answer": answer}]},
            ),
            ("get", "/api/v1/works/{code}/download"): (
                reverse("api-1:download", args=[self.released.code]),
                None,
            ),
            ("put", "/api/v1/works/{code}/consent"): (
                reverse("api-1:consent", args=[self.waiting.code]),
                {"terms": terms, "people": [people]},
            ),
        }


def _png() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (64, 64), (90, 120, 30)).save(file, "PNG")
    return SimpleUploadedFile("picture.png", file.getvalue(), "image/png")


@pytest.fixture
def stage(verified_user: User) -> Scene:
    """One account with something for every function. Nothing of it shows a face by declaration but where a face is asked about."""
    scenery = {"kind": "scene", "depicts": "nobody"}
    asking = work_of(verified_user, "awaiting_answers", faces_sought_at=timezone.now(), **scenery)
    FoundFace.objects.create(
        work=asking, position=1, x=0, y=0, width=9, height=9, shown=[0, 0, 9, 9], confidence=0.5
    )
    waiting = work_of(verified_user, kind="scene")
    consenting.use_for(waiting)
    person = account("lin@example.com", "Lin Mei", "110101198506150019")
    drafted, sent = (
        draft(by=verified_user, name=name, address=f"{name}@example.com", scope=scope_for(verified_user))
        for name in ("wang", "chen")
    )
    send(by=verified_user, request=sent)
    browser = Client()
    browser.force_login(verified_user)
    return Scene(
        owner=verified_user,
        browser=browser,
        headers=_token(verified_user),
        released=work_of(verified_user, "released", **scenery),
        failed=work_of(verified_user, "failed", failure="worker_died", **scenery),
        asking=asking,
        waiting=waiting,
        drafted=drafted,
        sent=sent,
        grant=str(granted(person, verified_user).reference),
    )


def _token(owner: User) -> dict[str, str]:
    made = create_client(by=owner, name="machine")
    basic = base64.b64encode(f"{made.client.pk}:{made.secret}".encode()).decode()
    fields = {"grant_type": "client_credentials", "scope": "works:read works:write"}
    answer = Client().post("/identity/o/api/token", fields, headers={"Authorization": f"Basic {basic}"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def _limited(user: User, by: User, functions: frozenset[Function], step: Step = Step.LIMIT) -> Sanction:
    named = functions if step is Step.LIMIT else ()
    return impose(by=by, user=user, step=step, functions=named, days=1, reasons=REASONS)


def _end(sanction: Sanction) -> None:
    """Let the time of a sanction pass, to the instant."""
    now = timezone.now()
    Sanction.objects.filter(pk=sanction.pk).update(begins_at=now - timedelta(days=1), ends_at=now)


def _is_refused(response: HttpResponse, code: str = "account_limited") -> bool:
    if response.streaming:
        return False
    is_said = code.encode() in response.content or b'href="/me/standing/"' in response.content
    return response.status_code == 403 and is_said


def _held(ask: Callable[[], HttpResponse], sanction: Callable[[], Sanction]) -> None:
    """Law of D-8: refused while it holds, and not refused from its last instant on."""
    imposed = sanction()
    assert _is_refused(ask())
    _end(imposed)
    after = ask()
    assert after.status_code < 500
    assert not _is_refused(after)


@pytest.mark.parametrize(
    ("name", "function"), [(name, each) for name in PAGES for each in sorted(PAGES[name])]
)
def test_a_limited_function_is_shut_on_its_page_and_open_again_on_time(
    name: str, function: Function, stage: Scene, operator: User
) -> None:
    _held(lambda: stage.page(name), lambda: _limited(stage.owner, operator, frozenset({function})))


@pytest.mark.parametrize(
    ("operation", "function"),
    [(each, function) for each in OPERATIONS for function in sorted(OPERATIONS[each])],
)
def test_a_limited_function_is_shut_on_the_api_and_open_again_on_time(
    operation: tuple[str, str], function: Function, stage: Scene, operator: User
) -> None:
    _held(
        lambda: stage.call(*operation, function),
        lambda: _limited(stage.owner, operator, frozenset({function})),
    )


def test_what_is_not_limited_stays_open(stage: Scene, operator: User) -> None:
    for name, functions in PAGES.items():
        sanction = _limited(stage.owner, operator, frozenset(Function) - functions)
        if name not in {"works:retry", "works:faces"}:
            assert not _is_refused(stage.page(name)), name
        _end(sanction)


def test_a_suspended_account_gets_nothing_but_its_own_rights(stage: Scene, operator: User) -> None:
    """Every page of the rooms above, whether it performs anything or not, and every operation that asks for a token."""
    sanction = _limited(stage.owner, operator, frozenset(), Step.SUSPEND)
    for name in PAGES:
        assert _is_refused(stage.page(name)), name
    for name in ("works:list", "requests:list"):
        assert _is_refused(stage.browser.get(reverse(name))), name
    for name in ("works:detail", "works:preview", "works:delete", "works:progress", "consenting:page"):
        more = ["before"] if name == "works:preview" else []
        assert _is_refused(stage.browser.get(reverse(name, args=[stage.released.code, *more]))), name
    for operation in OPERATIONS:
        assert _is_refused(stage.call(*operation, GENERATE), "account_suspended"), operation
    read = stage.browser.get(reverse("api-1:work", args=[stage.released.code]), headers=stage.headers)
    assert read.json()["code"] == "account_suspended"

    _end(sanction)
    assert stage.browser.get(reverse("works:list")).status_code == 200
    read = stage.browser.get(reverse("api-1:work", args=[stage.released.code]), headers=stage.headers)
    assert read.status_code == 200


def test_a_shut_account_enters_every_room_that_its_standing_promises(
    verified_user: User, operator: User
) -> None:
    _limited(verified_user, operator, frozenset(), Step.SUSPEND)
    sanction = Sanction.objects.get(user=verified_user)
    browser = Client()
    browser.force_login(verified_user)
    reauthenticate(browser, verified_user)
    case = numbers.write(987_654_321)
    for name, args in {
        "standing:page": [],
        "my_data:page": [],
        "reasons:list": [],
        "reasons:statement": [sanction.statement],
        "accesses:list": [],
        "own_appeals:page": ["sanction", sanction.pk],
        "complaints:mine": [case],
        "likeness:page": [],
        "me:delete_account": [],
    }.items():
        assert browser.get(reverse(name, args=args)).status_code == 200, name
    appeal = reverse("own_appeals:page", args=["sanction", sanction.pk])
    assert browser.post(appeal, {"text": "It was somebody else who did this."}).status_code == 302
    assert browser.post(reverse("my_data:ask")).status_code == 302
    assert browser.post(reverse("complaints:mine", args=[case]), {}).status_code == 400
