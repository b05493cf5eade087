"""Which keys this site holds, by names that give none of them away; and telling the log of them.

Lists are called as in ``keys.json``; beside it there are the sealing keys of the vault and the certificate of content credentials.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings

from accounts.records import keys
from accounts.records.note import SigningKey
from accounts.vault import key_files
from consent.receipts.signing_key import SigningKey as ReceiptKey
from marking.marks.implicit_label import DatedKey

_VAULT_LISTS = {"master": "vault_keys", "index": "identity_index_keys", "opening": "vault_sealing_keys"}
"""What ``manage.py vault`` calls the lists that it adds to."""


def held() -> dict[str, list[str]]:
    """By list, the public name of each key, the newest first.

    Of a pair it is the SHA-256 of the public half (of receipts and sealing keys the name that they are published under), of a
    certificate its SHA-256, and of a secret without a public half a digest that only who has the secret can make.
    """
    secret = settings.KEYS
    return {
        "vault_keys": [_name_of(key) for key in key_files.master_keys()],
        "identity_index_keys": [_name_of(key.write()) for key in key_files.index_keys()],
        "vault_sealing_keys": [key.id for key in key_files.sealing_keys()],
        "blind_index_key": [_name_of(secret.blind_index_key)],
        "secret_key": [_name_of(secret.secret_key)],
        "token_signing_key": [_token_key(secret.token_signing_key)],
        "watermark_keys": [_name_of(key) for key in secret.watermark_keys],
        "label_signing_keys": [
            DatedKey.read(key).key.public.fingerprint for key in secret.label_signing_keys
        ],
        "receipt_signing_keys": [ReceiptKey.read(key).kid for key in secret.receipt_signing_keys],
        "log_signing_keys": [_log_key(key) for key in secret.log_signing_keys],
        "credential_certificate": [settings.ISSUER.certificates[0].fingerprint(SHA256()).hex()],
    }


def tell_start(only: str | None) -> None:
    """Tell the log what a start found. ``only``: the part that starts, None for all.

    That a key is gone is told by the scheduler, of which there is one: another part may read a copy of the files.
    """
    (keys.tell_all if only in {None, "scheduler"} else keys.tell_added)(held())


def tell() -> None:
    """Tell the log of keys that came while the site runs."""
    keys.tell_added(held())


def newest(kind: str) -> str:
    """The public name of the vault's newest ``master``, ``index`` or ``opening`` key."""
    return held()[_VAULT_LISTS[kind]][0]


def tell_rotated(kind: str, key: str, *, changed: int, left: int) -> None:
    """Tell the log that what lay under the vault's older keys of ``kind`` was brought under ``key``."""
    keys.tell_rotated(_VAULT_LISTS[kind], key, changed=changed, left=left)


def _name_of(secret: str) -> str:
    """HMAC-SHA-256 of a fixed text under the secret's own text, 64 hex digits: its keys are random, and cannot be guessed from it."""
    return hmac.digest(secret.encode(), b"name of this key", hashlib.sha256).hex()


def _token_key(pem: str) -> str:
    key = load_pem_private_key(pem.encode(), password=None)
    return hashlib.sha256(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def _log_key(seed: str) -> str:
    return hashlib.sha256(SigningKey("log", bytes.fromhex(seed)).verifier().public).hexdigest()
