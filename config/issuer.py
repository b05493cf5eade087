"""Who signs content credentials: the certificate from the settings, or one that was made for development.

The development certificate is made on first start and kept in one private file; with it anybody can see that a file comes
from the same site as another, and nobody is told more than that.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from config import private_file
from config.environment import Environment
from marking.marks.credential import (
    Issuer,
    IssuerInvalid,
    OwnRoots,
    development_issuer,
    read_issuer,
    write_issuer,
)

FILE_NAME = "credential-development.pem"
_KEY_END = b"-----END PRIVATE KEY-----\n"


def load(environment: Environment, data: Path) -> tuple[Issuer, OwnRoots]:
    """Return who signs, and the roots of everybody who ever signed here.

    Raises :class:`marking.marks.credential.IssuerInvalid` for certificates that cannot sign, a chain without a key, and a
    development file that is damaged or open to others.
    """
    given = _given(environment)
    path = data / FILE_NAME
    if given is None and not path.exists():
        _create(path)
    development = _read(path) if path.exists() else None
    signer = given or development
    if signer is None:  # the file went between two looks at it
        raise IssuerInvalid(f"expected {path}, found nothing")
    roots = (given.root if given else b"") + environment["YINJI_CREDENTIAL_OLD_ROOTS"].encode()
    signer = replace(signer, timestamp_url=environment["YINJI_TIMESTAMP_URL"])
    return signer, OwnRoots(given=roots, development=development.root if development else b"")


def _given(environment: Environment) -> Issuer | None:
    chain, key = environment["YINJI_CREDENTIAL_CHAIN"], environment["YINJI_CREDENTIAL_KEY"]
    if bool(chain) != bool(key):
        raise IssuerInvalid(
            "expected both YINJI_CREDENTIAL_CHAIN and YINJI_CREDENTIAL_KEY or neither, found one"
        )
    if not chain:
        return None
    return read_issuer(chain.encode(), key.encode())


def _create(path: Path) -> None:
    with (
        private_file.written(path, write_issuer(development_issuer())) as unfinished,
        suppress(FileExistsError),
    ):
        os.link(unfinished, path)  # never replaces: the first of two starting processes wins


def _read(path: Path) -> Issuer:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise IssuerInvalid(f"{path} must be private to its owner (mode 0600); its mode is {mode:04o}.")
    key, end, chain = path.read_bytes().partition(_KEY_END)
    return read_issuer(chain, key + end, is_development=True)
