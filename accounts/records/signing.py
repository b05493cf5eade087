"""Under which name and keys this site signs its log."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from accounts.records.checkpoint import TreeHead, read_checkpoint
from accounts.records.models import Checkpoint
from accounts.records.note import Note, SigningKey, VerifierKey


def origin() -> str:
    """The log's name: the site's address at the first signature, and the same for good, whatever the address becomes."""
    first = Checkpoint.objects.order_by("size").values_list("note", flat=True).first()
    return first.partition("\n")[0] if first else f"{urlsplit(settings.SITE_URL).netloc}/log"


def log_keys(name: str) -> list[VerifierKey]:
    """The public keys of the log ``name``, newest first."""
    return [SigningKey(name, bytes.fromhex(seed)).verifier() for seed in settings.KEYS.log_signing_keys]


def sign(head: TreeHead) -> str:
    """A checkpoint, signed with the newest key."""
    key = SigningKey(head.origin, bytes.fromhex(settings.KEYS.log_signing_keys[0]))
    return str(Note(head.text, (key.sign(head.text),)))


def read_own(checkpoint: Checkpoint, name: str) -> TreeHead:
    """The head that a stored checkpoint signs.

    Raises :class:`~accounts.records.checkpoint.CheckpointInvalid`, also where its columns say something else.
    """
    return read_checkpoint(checkpoint.note, origin=name, keys=log_keys(name))
