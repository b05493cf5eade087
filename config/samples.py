"""Sample works for a first look: ``manage.py serve --samples``."""

from __future__ import annotations

from django.utils import timezone
from PIL import Image

from accounts.identity.documents import DocumentType
from accounts.users.models import User
from accounts.users.services import create_account
from config.paintings import PAINTINGS
from marking.works import files, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work

CREATOR = "creator@localhost.localdomain"
# A published specimen number: the form is right and no person has it (GB 11643 check digit).
DOCUMENT = (DocumentType.RESIDENT_ID, "11010519491231002X")
TOOL = Declaration("Yinji sample pictures", "1", Kind.SCENE, Depicts.NOBODY)


def add() -> str:
    """Submit the sample pictures once, as one sample creator; say what was done. Safe to run again."""
    creator = User.objects.filter(email=CREATOR).first()
    if creator is None:
        creator = create_account(
            email=CREATOR, real_name="Sample Creator", document=DOCUMENT, now=timezone.now()
        )
    present = set(Work.objects.filter(owner=creator).values_list("source_name", flat=True))
    missing = [name for name in PAINTINGS if f"{name}.png" not in present]
    for name in missing:
        _submit(creator, name)
    return f"{len(missing)} submitted as {CREATOR}" if missing else "already there"


def _submit(creator: User, name: str) -> None:
    with files.workspace() as folder:
        path = folder / f"{name}.png"
        Image.fromarray(PAINTINGS[name]()).save(path)
        services.submit(by=creator, path=path, name=path.name, declaration=TOOL)
