"""The one door to the C2PA library: contexts that reach no network, and its readers and builders made from them.

Left to its defaults, the library fetches an address named in the file it reads (a remote manifest, a revocation list, a
decentralised identity) and trusts nobody. Settings that it does not know it ignores without a word; so a test with
a listening server holds what is meant here, and an import contract keeps every other module from the library.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from c2pa import (
    Builder,
    C2paBuilderIntent,
    C2paError,
    C2paSignerInfo,
    C2paSigningAlg,
    Context,
    Reader,
    Signer,
)

from marking.marks.credential.trust import SIGNING_PURPOSES, OwnRoots, anchors

LibraryError = C2paError

LARGEST_MANIFEST_MEGABYTES = 32
"""Unpacked size beyond which a compressed manifest is refused."""


def context(own: OwnRoots, *, allowed_hosts: tuple[str, ...] = ()) -> Any:
    """Return settings for one call. They do not survive a fork, so they are never kept.

    ``allowed_hosts``: the time stamp authority's, for signing; nothing else is ever reached.
    """
    return Context.from_dict(
        {
            "trust": {"anchors": anchors(own), "trust_config": "\n".join(SIGNING_PURPOSES)},
            "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": True},
            "core": {
                "allowed_network_hosts": list(allowed_hosts),
                "decode_identity_assertions": False,
                "max_decompressed_manifest_size_in_mb": LARGEST_MANIFEST_MEGABYTES,
            },
            "builder": {"thumbnail": {"enabled": False}},
        }
    )


def read_store(data: bytes, own: OwnRoots) -> Mapping[str, Any] | None:
    """Return the manifest store of a file with its validation, as the library's JSON; None where there is none.

    Raises LibraryError for one that is there and cannot be read.
    """
    reader = Reader.try_create(None, io.BytesIO(data), None, context(own))
    if reader is None:
        return None
    with reader:
        store: Mapping[str, Any] = json.loads(reader.json())
    return store


def write_store(
    data: bytes,
    media_type: str,
    definition: Mapping[str, Any],
    *,
    chain: bytes,
    key: bytes,
    own: OwnRoots,
    timestamp_url: str = "",
    parent: tuple[bytes, str] | None = None,
) -> bytes:
    """Return the file ``data`` with a new manifest, signed with ES256 and read back by the library.

    ``parent``: bytes and media type of the file it was made from, whose own credentials are kept in the store.
    Raises LibraryError.
    """
    hosts = (str(urlsplit(timestamp_url).hostname),) if timestamp_url else ()
    settings = context(own, allowed_hosts=hosts)
    info = C2paSignerInfo(
        alg=C2paSigningAlg.ES256, sign_cert=chain, private_key=key, ta_url=timestamp_url or None
    )
    signed = io.BytesIO()
    with Builder(dict(definition), settings) as builder, Signer.from_info(info) as signer:
        if parent is not None:
            builder.set_intent(C2paBuilderIntent.EDIT)
            builder.add_ingredient({"relationship": "parentOf"}, parent[1], io.BytesIO(parent[0]))
        builder.sign(signer, media_type, io.BytesIO(data), signed)
    return signed.getvalue()
