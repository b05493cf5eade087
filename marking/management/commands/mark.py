"""``manage.py mark``: mark files from the command line, as a user, and write the marked files out."""

from __future__ import annotations

import json as json_format
import shutil
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.refusals import Refusal
from accounts.sanctions.gate import require_unlimited
from accounts.sanctions.states import Function
from accounts.users.models import User
from marking.consenting.services import ConsentMissing, cover_by
from marking.faces import Answer
from marking.marks.explicit_label import Corner
from marking.works import execution, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.earlier import earlier_code
from marking.works.faces.queries import described, faces_of
from marking.works.faces.services import answer_faces
from marking.works.faces.wording import waiting_sentence
from marking.works.failures import failure_sentence
from marking.works.models import Work
from marking.works.queries import watermark_of
from marking.works.sanctioned import is_held_back
from marking.works.states import WorkState
from marking.works.wording import describe_left_behind, describe_notes

POLL = 0.2
DONE = {
    WorkState.RELEASED,
    WorkState.FAILED,
    WorkState.AWAITING_CONSENT,
    WorkState.AWAITING_ANSWERS,
    WorkState.CONSENT_ENDED,
    WorkState.DELETED,
}


@dataclass(frozen=True)
class Order:
    """What goes for every file: ``grant`` is the consent of the one person in each, ``faces`` the answer about those nobody declared."""

    owner: User
    out: Path
    declaration: Declaration
    corner: Corner | None = None
    grant: UUID | None = None
    faces: Answer | None = None


class Command(BaseCommand):
    help = "Mark FILES as USER and write the marked files into DIR. Exit 0: all released; 1: some not; 2: bad use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="folder for the marked files"
        )
        parser.add_argument("--user", required=True, metavar="EMAIL", help="account that submits them")
        parser.add_argument("--tool", required=True, metavar="NAME", help="what generated them")
        parser.add_argument("--tool-version", default="", metavar="VERSION")
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in Kind])
        parser.add_argument("--depicts", default=Depicts.NOBODY.value, choices=[each.value for each in Depicts],
                            help="whether a real person's face or voice is in them")  # fmt: skip
        parser.add_argument("--faces", choices=[Answer.SYNTHETIC.value, Answer.NOT_A_FACE.value],
                            help="USER's answer about every face that is found and not declared (default: the work waits)")  # fmt: skip
        parser.add_argument(
            "--grant",
            type=UUID,
            metavar="ID",
            help="consent of the one person in them, all of which is used for each file",
        )
        parser.add_argument("--label-corner", choices=[each.value for each in Corner],
                            help="corner of the visible label (default: the quietest)")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    @no_translations
    def handle(self, *, files: list[Path], out: Path, user: str, json: bool, **options: Any) -> None:
        owner = User.objects.filter(email=user.lower()).first()
        if owner is None:
            raise CommandError(f"There is no account {user}.", returncode=2)
        declaration = Declaration(
            options["tool"], options["tool_version"], Kind(options["kind"]), Depicts(options["depicts"])
        )
        if missing := [str(path) for path in files if not path.is_file()]:
            raise CommandError(f"There is no file {', '.join(missing)}.", returncode=2)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{out} cannot be made a folder: {error}", returncode=2) from error
        corner = Corner(options["label_corner"]) if options["label_corner"] else None
        faces = Answer(options["faces"]) if options["faces"] else None
        order = Order(owner, out, declaration, corner, options["grant"], faces)
        answers = [self._mark(path, order) for path in files]
        if json:
            self.stdout.write(json_format.dumps({"works": answers}, ensure_ascii=False))
        else:
            for answer in answers:
                self._say(answer)
        if any(answer["state"] != WorkState.RELEASED for answer in answers):
            sys.exit(1)

    def _say(self, answer: dict[str, Any]) -> None:
        self.stdout.write(f"{answer['source']}: {answer['state']} {answer['output'] or answer['sentence']}")
        for sentence in describe_notes(answer["notes"]):
            self.stdout.write(f"{answer['source']}: {sentence}")
        if answer["made_from"]:
            self.stdout.write(f"{answer['source']}: Edited from the work {answer['made_from']}.")
        for kind in describe_left_behind(answer["notes"]):
            self.stdout.write(f"{answer['source']}: Left behind: {kind}")
        if answer["watermark"] and answer["watermark"]["warning"]:
            self.stdout.write(f"{answer['source']}: {answer['watermark']['warning']}")

    def _mark(self, path: Path, order: Order) -> dict[str, Any]:
        try:
            work = _submitted(path, order)
        except Refusal as refusal:
            return {"work": None, "payload": None, "source": str(path), "output": None, "state": "refused",
                    "marks": [], "watermark": None, "notes": [], "made_from": None, "faces": [], "code": refusal.code, "sentence": refusal.sentence}  # fmt: skip
        work = _finish(work)
        if order.faces is not None and work.state == WorkState.AWAITING_ANSWERS:
            said = {face.position: order.faces for face in faces_of(work)}
            answer_faces(by=order.owner, work=work, answers=said)
            work = _finish(work)
        return {
            "work": work.code,
            "payload": work.number,
            "source": str(path),
            "output": _write(work, path, order.out) if work.state == WorkState.RELEASED else None,
            "state": work.state,
            "marks": [mark["name"] for mark in work.marks],
            "watermark": watermark_of(work),
            "notes": work.notes,
            "made_from": earlier_code(work),
            "faces": described(work),
            "sentence": _reason(work),
        }


def _submitted(path: Path, order: Order) -> Work:
    """Submit one file, and name the person in it by the grant, all or nothing."""
    require_unlimited(order.owner, Function.DOWNLOAD)
    work = services.submit(
        by=order.owner, path=path, name=path.name, declaration=order.declaration, corner=order.corner
    )
    if order.grant is None or work.state != WorkState.AWAITING_CONSENT:
        return work
    try:
        cover_by(by=order.owner, work=work, grant=order.grant)
    except ConsentMissing as missing:
        if missing.is_kept:
            return work
        services.delete(by=order.owner, work=work)
        raise Refusal(missing.code, missing.in_words(), status=missing.status) from missing
    except Refusal:
        services.delete(by=order.owner, work=work)
        raise
    work.refresh_from_db()
    return work


def _reason(work: Work) -> str:
    """Why there is no marked file, and what to do; empty where there is one."""
    if work.state == WorkState.AWAITING_ANSWERS:
        page = f"{settings.SITE_URL}{reverse('works:faces', args=[work.code])}"
        advice = gettext(
            "Answer on %(page)s, or mark the file again with --faces synthetic or --faces not_a_face."
        )
        return f"{waiting_sentence(work)} {advice % {'page': page}}"
    if work.state == WorkState.AWAITING_CONSENT:
        return gettext(
            "A real person can be seen or heard in it: it is not marked before that person agrees."
        )
    return failure_sentence(work) if work.state == WorkState.FAILED else ""


def _finish(work: Work) -> Work:
    """Mark it here and now, or wait for the worker that has taken it up already."""
    execution.run(work.pk)
    work.refresh_from_db()
    while work.state not in DONE and not is_held_back(work, timezone.now()):
        time.sleep(POLL)
        execution.run(work.pk)
        work.refresh_from_db()
    return work


def _write(work: Work, source: Path, out: Path) -> str:
    extension = work.marked_path.rsplit(".", 1)[-1]
    target = out / f"{source.stem}-{work.code}.{extension}"
    with default_storage.open(work.marked_path) as marked, target.open("wb") as file:
        shutil.copyfileobj(marked, file)
    return str(target)
