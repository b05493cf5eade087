"""Sample works for a first look: ``manage.py serve --samples``."""

from __future__ import annotations

import secrets

from django.db import transaction
from PIL import Image

from accounts.identity.documents import DocumentType
from accounts.identity.services import vouch
from accounts.users.models import User
from accounts.users.services import accept_on_behalf, create_account
from config.paintings import PAINTINGS
from marking.works import certificates, files, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work

CREATOR = "creator@localhost.localdomain"
# Made up: right in form and check digit (GB 11643, MOD 11-2), and nobody's.
NUMBER = "810000199001010019"
TOOL = Declaration("Yinji sample pictures", "1", Kind.SCENE, Depicts.NOBODY)


def add() -> list[str]:
    """Submit the sample pictures once, as one sample creator; say in lines what was done. Safe to run again."""
    creator = User.objects.filter(email=CREATOR).first()
    lines = []
    if creator is None:
        creator, password = _create_creator()
        lines.append(f"Sample creator: {CREATOR}  password: {password}  (shown once)")
    present = set(Work.objects.filter(owner=creator).values_list("source_name", flat=True))
    works = [_submit(creator, name) for name in PAINTINGS if f"{name}.png" not in present]
    return lines + [f"Sample work, marked in a moment: {certificates.address(work)}" for work in works]


def _create_creator() -> tuple[User, str]:
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        creator = create_account(by=None, email=CREATOR, password=password)
        vouch(
            by=None,
            user=creator,
            document_type=DocumentType.RESIDENCE_PERMIT,
            name="Sample Creator",
            number=NUMBER,
        )
        accept_on_behalf(by=None, user=creator)
    return creator, password


def _submit(creator: User, name: str) -> Work:
    with files.workspace() as folder:
        path = folder / f"{name}.png"
        Image.fromarray(PAINTINGS[name]()).save(path)
        return services.submit(by=creator, path=path, name=path.name, declaration=TOOL)
