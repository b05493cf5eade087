"""Under which name and keys this site signs its log."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from accounts.records import stored
from accounts.records.checkpoint import CheckpointInvalid, TreeHead, read_checkpoint
from accounts.records.models import Checkpoint, Shard
from accounts.records.note import Note, SigningKey, VerifierKey


def origin() -> str:
    """The log's name, which its first shard has: the site's address at the first signature, and the same for good, whatever the address becomes."""
    first = Shard.objects.order_by("first").values_list("origin", flat=True).first()
    return first or f"{urlsplit(settings.SITE_URL).netloc}/log"


def origin_of(name: str) -> str:
    """The name of a later shard, such as ``example.com/log/2027``: another tree has to have another name (C2SP tlog-checkpoint)."""
    return f"{origin()}/{name}"


def log_keys(name: str) -> list[VerifierKey]:
    """The public keys of the shard that is called ``name``, newest first."""
    return [SigningKey(name, bytes.fromhex(seed)).verifier() for seed in settings.KEYS.log_signing_keys]


def sign(head: TreeHead) -> str:
    """A checkpoint, signed with the newest key."""
    key = SigningKey(head.origin, bytes.fromhex(settings.KEYS.log_signing_keys[0]))
    return str(Note(head.text, (key.sign(head.text),)))


def read_own(checkpoint: Checkpoint, shard: Shard) -> TreeHead:
    """The head that a stored checkpoint of ``shard`` signs.

    Raises :class:`~accounts.records.checkpoint.CheckpointInvalid`, also where its columns say something else.
    """
    head = read_checkpoint(checkpoint.note, origin=shard.origin, keys=log_keys(shard.origin))
    if (shard.before + head.size, head.root) != (checkpoint.size, stored.octets(checkpoint.root)):
        raise CheckpointInvalid("it differs from its columns")
    return head
