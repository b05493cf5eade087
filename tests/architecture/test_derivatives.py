"""Nothing that shows a work leaves the site without its labels, and nothing takes one away.

Every address is visited as everybody; what answers with a picture must carry the visible and the metadata label.
An address of a new name fails until it stands in one of the two tables.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from accounts.api.services import create_client
from accounts.identity.models import IdentityClaim
from accounts.notices.webhooks.services import add_webhook
from accounts.users.models import User
from consent.receipts.services import receipts_of
from consent.requests.links import token_for
from consent.requests.models import Request
from consent.requests.services import draft
from consent.statements.models import Statement
from consent.uses.models import Use
from consent.uses.states import UseState
from marking.consenting import previews
from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind as CaseKind
from marking.desk.cases.models import Case
from marking.desk.filing.services import Complaint, file_case
from marking.marks import explicit_label, implicit_label, watermark
from marking.unlabelled import making
from marking.unlabelled.services import request_copy
from marking.unlabelled.terms import current_terms
from marking.works import execution, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from tests.consent.answers.asked import asked
from tests.consent.depicting import awaiting_preview, work_of
from tests.consent.people import granted, scope_for
from tests.drawn_faces import scene
from tests.marking.verification.kept_reports import a_kept_report

from .addresses import THIRD_PARTY, Address, addresses
from .granted_things import granted_things, mandated

ROOT = Path(__file__).resolve().parents[2]

MEDIA: dict[str, frozenset[str]] = {
    "works:download": frozenset({"owner"}),
    "works:preview": frozenset({"owner"}),
    "works:faces-picture": frozenset({"owner"}),
    "unlabelled:download": frozenset({"owner"}),
    "api-1:download": frozenset({"machine"}),
    "previews:picture": frozenset({"owner"}),
    "own_requests:picture": frozenset({"stranger"}),
    "answers:picture": frozenset(),
    "statement_review:recording": frozenset({"operator"}),
    "certificate:qr": frozenset({"owner", "stranger", "operator", "nobody", "machine"}),
}
"""Addresses that answer with a picture, and who gets it. The stranger is the one whom the work shows, and who is asked; without an account
one shows a code first."""
UNLABELLED = "unlabelled:download"
"""Labelling Measures Art. 9: the owner's own copy, asked for, recorded, with every other mark."""
DRAWN = "certificate:qr"
"""Shows no work but an address."""
SPOKEN = "statement_review:recording"
"""What a person said to agree, for the staff who hear it: of no work, and never given out."""

NO_MEDIA = {
    "verification:home", "verification:keep", "verification:kept", "verification:keys", "verification:keys-json", "verification:widget",
    "works:list", "works:upload", "works:detail", "works:progress", "works:retry", "works:delete", "works:faces",
    "consenting:page", "consenting:terms", "consenting:ask", "consenting:grant", "consenting:again", "consenting:leave-out",
    "api-1:consent",
    "receipts:check", "receipts:keys", "receipts:program", "receipts:page", "receipts:json", "receipts:pdf", "api-1:check-receipt",
    "unlabelled:page", "unlabelled:progress", "certificate:page",
    "previews:page",
    "status:page", "status:json",
    "api-1:openapi-json", "api-1:works", "api-1:work", "api-1:faces", "api-1:certificate", "api-1:verify", "api-1:verify-batch", "api-1:api-root",
    "complaints:answering", "complaints:new", "complaints:feedback", "complaints:look-up", "complaints:status",
    "cases:queue", "cases:case", "cases:take", "cases:put-back", "cases:answer", "cases:reject", "cases:close",
    "cases:contact", "cases:order", "cases:take-down", "cases:lift", "cases:release", "cases:confirm", "cases:decline", "cases:withdraw", "cases:pause",
    "cases:resume", "cases:political", "cases:name-work", "cases:compare", "complaints:mine",
    "own_requests:page", "own_requests:look", "own_requests:act", "own_requests:ask", "own_requests:narrow", "own_requests:agree",
    "answers:landing", "answers:send-code", "answers:enter", "answers:look", "answers:page", "answers:act",
    "trace:start", "trace:number",
    "statement_review:queue", "statement_review:statement", "statement_review:accept", "statement_review:reject",
    "about:page", "about:agreement", "about:figures", "about:figures-json", "api-1:about",
    "contacts:opt-out", "desk", "language", "healthz", "readyz",
}  # fmt: skip
"""Addresses that answer with pages and data alone."""
NO_MEDIA_ROOMS = {
    "accesses",
    "elevations",
    "statements",
    "wards",
    "standing",
    "refutations",
    "refutation_desk",
    "own_appeals",
    "case_appeals",
    "appeals",
    "sanctions",
    "guardian_review",
    "likeness",
    "me",
    "my_data",
    "holds",
    "notices",
    "webhooks",
    "identity",
    "api_access",
    "identity_review",
    "reasons",
    "organisations",
    "organisation_review",
    "records",
    "log",
    "provider",
    "requests",
}
"""Rooms that know nothing of works."""

OURS = [address for address in addresses() if address.name and not address.is_third_party]
SHOWN = re.compile(rb"""<(?:img|source|video|audio|object|embed)\b[^>]*?\s(?:src|data)\s*=\s*["']([^"']+)""")


@dataclass(frozen=True)
class Answer:
    """What a visitor got from an address."""

    address: Address
    visitor: str
    type: str
    body: bytes

    @property
    def picture(self) -> Image.Image | None:
        """The picture that the body is, whatever type it was sent as."""
        try:
            return Image.open(BytesIO(self.body))
        except UnidentifiedImageError:
            return None

    @property
    def is_media(self) -> bool:
        return self.type.partition("/")[0] in {"image", "video", "audio"} or self.picture is not None


@pytest.fixture
def work(verified_user: User, tmp_path: Path) -> Work:
    """A released work with all its files, the picture of its faces and a copy without the visible label among them."""
    path = tmp_path / "picture.png"
    Image.fromarray(scene((40, 90))).save(path)
    declaration = Declaration("generator", "", Kind.FACE, Depicts.NOBODY, faces_are_synthetic=True)
    work = services.submit(by=verified_user, path=path, name="picture.png", declaration=declaration)
    execution.run(work.pk)
    work.refresh_from_db()
    terms = current_terms().version
    making.make(
        request_copy(by=verified_user, work=work, purpose="For the printed programme", terms=terms).pk
    )
    return work


@pytest.fixture
def samples(work: Work, verified_user: User, other_user: User) -> dict[str, list[object]]:
    """The values of each parameter of an address."""
    request = asked(verified_user, address=other_user.email, name="Ben", subject=f"work:{work.code}")
    return {
        "code": [work.code],
        "which": ["before", "after"],
        "number": [_case(work).code],
        "use": [_shown_before_its_release(work, verified_user, other_user)],
        "token": [a_kept_report()],
        "reference": [request.answer_reference],
        "link": [token_for(request)],
        "position": [0],
        "request_reference": [_request(verified_user).reference],
        "path": ["0/000"],
        "shard": ["2027"],
        "version": [1],
        "year": [timezone.now().year],
        "client_id": [create_client(by=verified_user, name="renderer").client.pk],
        "webhook_id": [add_webhook(by=verified_user, url="https://example.com/hook").webhook.pk],
        "pk": [IdentityClaim.objects.get(user=verified_user).pk],
        **{name: [value] for name, value in granted_things(verified_user, other_user).items()},
        **{name: [value] for name, value in mandated(verified_user).items()},
        "receipt": [each.pk for each in receipts_of(granted(verified_user, verified_user))],
    }


def _shown_before_its_release(work: Work, person: User, creator: User) -> object:
    """A use of the same file as ``work``, not released yet, in which ``person`` has to approve the small copy that is made of it."""
    waiting = work_of(creator, source_path=work.source_path)
    use = awaiting_preview(person, creator, waiting)
    assert previews.make(waiting.pk)
    return use.pk


def _request(by: User) -> Request:
    """A draft of a request."""
    return draft(by=by, name="Lin Mei", address="lin@example.com", scope=scope_for(by))


def _case(work: Work) -> Case:
    """A case about ``work`` that waits."""
    return file_case(Complaint(new_token(), CaseKind.LABEL, "Its label is gone.", work=work))[0]


@pytest.fixture
def token(verified_user: User) -> dict[str, str]:
    """The header of a machine of the owner's."""
    made = create_client(by=verified_user, name="machine")
    basic = base64.b64encode(f"{made.client.pk}:{made.secret}".encode()).decode()
    fields = {"grant_type": "client_credentials", "scope": "works:read works:write"}
    answer = Client().post("/identity/o/api/token", fields, headers={"Authorization": f"Basic {basic}"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def answers(
    work: Work,
    samples: dict[str, list[object]],
    token: dict[str, str],
    verified_user: User,
    other_user: User,
    operator: User,
) -> list[Answer]:
    """What everybody gets from every address of ours, by GET and by POST."""
    people = {
        "owner": verified_user,
        "stranger": other_user,
        "operator": operator,
        "nobody": None,
        "machine": None,
    }
    return [
        answer
        for address in OURS
        for url in _urls(address, samples)
        for visitor, person in people.items()
        for answer in _visited(address, url, visitor, person, token if visitor == "machine" else {})
    ]


def _urls(address: Address, samples: dict[str, list[object]]) -> Iterator[str]:
    length = max((len(samples[name]) for name in address.parameters), default=1)
    for turn in range(length):
        yield reverse(
            address.name,
            kwargs={name: samples[name][turn % len(samples[name])] for name in address.parameters},
        )


def _visited(
    address: Address, url: str, visitor: str, person: User | None, headers: dict[str, str]
) -> Iterator[Answer]:
    browser = Client(headers=headers)
    if person is not None:
        browser.force_login(person)
    yield _answer(address, visitor, browser.get(url))
    if address.name == UNLABELLED:  # refuses to be taken back
        yield _answer(address, visitor, browser.post(url))
        return
    with transaction.atomic():  # what is deleted here is there again for the next visitor
        yield _answer(address, visitor, browser.post(url))
        transaction.set_rollback(True)


def _answer(address: Address, visitor: str, response: HttpResponseBase) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return Answer(address, visitor, response.get("Content-Type", ""), body)


@pytest.mark.django_db
def test_every_picture_that_the_site_shows_of_a_work_is_labelled(answers: list[Answer], work: Work) -> None:
    pictures = [
        answer for answer in answers if answer.is_media and answer.address.name not in (DRAWN, SPOKEN)
    ]

    assert len(pictures) >= 5
    for answer in pictures:
        where = (answer.address.name, answer.visitor)
        assert answer.picture is not None, where
        rgb = np.asarray(answer.picture.convert("RGB"))
        labels = [label.value for label in implicit_label.read(answer.body).labels if label.is_valid]
        waits = answer.address.name == "previews:picture"
        code = (
            Use.objects.get(state=UseState.AWAITING_PREVIEW).subject.removeprefix("work:")
            if waits
            else work.code
        )
        assert [label.produce_id for label in labels if label] == [code], where
        if answer.address.name == UNLABELLED:
            found = watermark.detect(rgb, key=bytes.fromhex(settings.KEYS.watermark_keys[0]))
            assert found is not None, where
            assert found.payload == work.number, where
        else:
            assert explicit_label.find(rgb) is not None, where

    got: dict[str, set[str]] = {name: set() for name in MEDIA}
    for answer in answers:
        if answer.is_media:
            assert answer.address.name in MEDIA, (
                f"{answer.address.name} answers with media and is not in the table"
            )
            got[answer.address.name].add(answer.visitor)
    assert got == MEDIA

    shown = {
        address.decode()
        for answer in answers
        if "html" in answer.type
        for address in SHOWN.findall(answer.body)
    }
    heard = tuple(reverse(SPOKEN, args=[each.pk]) for each in Statement.objects.all())
    strange = [each for each in shown if not each.startswith(("/static/", *heard, *_media_paths(work)))]
    assert strange == [], "a page shows something from an address that is not in the table"


def _media_paths(work: Work) -> tuple[str, ...]:
    return (
        reverse("previews:picture", args=[Use.objects.get(state=UseState.AWAITING_PREVIEW).pk]),
        *(reverse("works:preview", args=[work.code, which]) for which in ("before", "after")),
        reverse("works:faces-picture", args=[work.code]),
        reverse("certificate:qr", args=[work.code]),
        *(reverse("own_requests:picture", args=[each.answer_reference]) for each in Request.objects.all()),
    )


def test_every_address_says_whether_it_answers_with_media() -> None:
    """An address added here must be put into a table, and so be thought about."""
    for address in OURS:
        is_plain = address.name in NO_MEDIA or address.name.partition(":")[0] in NO_MEDIA_ROOMS
        assert is_plain != (address.name in MEDIA), address.name


def test_the_tables_name_no_address_that_is_gone() -> None:
    names = {address.name for address in OURS}
    assert set(MEDIA) | NO_MEDIA <= names
    assert {name.partition(":")[0] for name in names} >= NO_MEDIA_ROOMS
    assert len([each for each in addresses() if not each.name]) == 1  # the API's answer to unknown addresses
    assert list(THIRD_PARTY) == ["accounts/"]


# --- no tool of ours takes a mark away (Labelling Measures Art. 10) ----------------------------------------------

TAKES_A_MARK_AWAY = re.compile(
    r"(strip|remove|without|erase|clean|clear|scrub|drop|delete|hide|un)_?\w*"
    r"(label|mark|watermark|metadata|credential|manifest|exif|xmp)"
)
PACKAGES = ("accounts", "config", "consent", "marking")


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def test_no_public_function_is_made_to_take_a_mark_away() -> None:
    suspicious = [
        f"{path}: {node.name}"
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and TAKES_A_MARK_AWAY.match(node.name)
    ]
    assert suspicious == ["marking/works/files.py: unlabelled_name"]  # the name of a file


def test_only_the_room_of_such_copies_orders_a_file_without_its_visible_label() -> None:
    ordering = [
        path
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "is_labelled"
    ]
    assert ordering == ["marking/unlabelled/making.py"]


def test_the_check_knows_such_names() -> None:
    for name in ("strip_metadata", "remove_watermark", "unmark", "clean_exif", "without_label"):
        assert TAKES_A_MARK_AWAY.match(name)
