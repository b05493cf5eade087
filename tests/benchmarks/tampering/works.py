"""Works of the scratch site: marked as the site marks every upload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command

from accounts.identity.documents import DocumentType
from accounts.identity.services import vouch
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.users.services import accept_on_behalf, create_account, publish_agreement
from marking.works import execution, files, numbers, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from marking.works.states import WorkState
from tests.benchmarks.tampering.shown import Box
from tests.benchmarks.tampering.suite import Original
from tests.benchmarks.watermark.folder import read

OWNER = "creator@localhost.localdomain"
DOCUMENT = "810000199001010019"  # made up: right in form and check digit, and nobody's
DECLARATION = Declaration("Benchmark", "", Kind.SCENE, Depicts.NOBODY)


def prepare() -> None:
    """Bring the database up to date, and make the one account that submits. Safe to call again."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("migrate", "vault", database="vault", interactive=False, verbosity=0)
    publish_agreement()
    if not User.objects.filter(email=OWNER).exists():
        add_owner()


def add_owner() -> User:
    """Make the account that submits."""
    owner = create_account(by=None, email=OWNER)
    document = DocumentType.RESIDENCE_PERMIT
    vouch(by=None, user=owner, document_type=document, name="Sample Creator", number=DOCUMENT)
    accept_on_behalf(by=None, user=owner)
    return owner


def mark(path: Path) -> str:
    """Mark a picture; return its work's code. Raises ValueError where it was not released, and says why."""
    owner = User.objects.get(email=OWNER)
    try:
        work = services.submit(by=owner, path=path, name=path.name, declaration=DECLARATION)
    except Refusal as refusal:
        raise ValueError(f"expected a picture that can be marked, found {refusal.code}") from refusal
    execution.run(work.pk)
    work.refresh_from_db()
    if work.state != WorkState.RELEASED:
        raise ValueError(f"expected a released work, found {work.failure or work.state}")
    return work.code


def try_to_mark(path: Path) -> tuple[str | None, str]:
    """The work's code, or none and the reason why."""
    try:
        return mark(path), ""
    except ValueError as error:
        return None, str(error)


def original(code: str) -> Original:
    """What edits of a released work begin with."""
    work = Work.objects.get(pk=numbers.read(code))
    with files.local(work.marked_path) as path:
        return Original(work.source_name, read(path), _label(work.marks))


def _label(marks: list[dict[str, Any]]) -> Box | None:
    boxes = [mark["box"] for mark in marks if mark["name"] == "explicit_label"]
    if not boxes:
        return None
    x, y, across, down = boxes[0]
    return x, y, across, down
