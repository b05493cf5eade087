"""Check a consent receipt without any network: python verify.py RECEIPT KEYS

RECEIPT is the JSON file, the PDF, or the bare signed text (JWS); KEYS is the key set of the site, which it publishes at
/receipts/keys. Fetch that yourself, from an address that you trust: whoever gives you both gives you nothing to check.

Needs Python 3.8 and its standard library, nothing else. Ends with 0: valid; 1: not valid; 2: no receipt, or no keys.
Ed25519 is checked as RFC 8032 section 5.1.7 says; the signed form is RFC 7515, its keys RFC 7517 and RFC 8037.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

LARGEST = 1 << 20
"""Bytes of a receipt, of a key set and of all that is unpacked from a PDF; all are far smaller."""
MOST_STREAMS = 200
"""Streams of a PDF that are looked at; ours have some twenty."""
_STREAM = re.compile(rb"stream\r?\n")


class Unreadable(ValueError):
    """What was given is no receipt, or no key set. The text says what was expected and found."""


class Outcome(NamedTuple):
    """``code``: a key of SENTENCES; ``document``: what was signed, empty where that is not known; ``sha256`` of it; ``kid``: the key."""

    code: str
    document: dict[str, Any]
    sha256: str
    kid: str


# --- Ed25519 (RFC 8032 section 5.1): points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z ---------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _add(a: Any, b: Any) -> Any:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar: int, point: Any) -> Any:
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total


def _are_same(a: Any, b: Any) -> bool:
    return bool((a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0)


def _point(encoded: bytes) -> Any:
    """The point of 32 bytes, or None where they are none (section 5.1.3)."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(encoded) != 32 or y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` is that of the key ``public`` (32 bytes)."""
    key, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _are_same(_times(s, BASE), _add(r, _times(k, key)))


# --- the receipt and the keys ------------------------------------------------------------------------------------


def decoded(text: str) -> bytes:
    """Bytes of base64url without padding (RFC 7515 section 2). Raises Unreadable for any other spelling of them."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("expected base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Unreadable("expected base64url in its one spelling")
    return data


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise Unreadable("expected JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("expected a JSON object")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name are read differently by different programs (RFC 8259 section 4)."""
    if len(dict(pairs)) != len(pairs):
        raise Unreadable("expected every name once in a JSON object")
    return dict(pairs)


def _attachments(pdf: bytes) -> Iterator[bytes]:
    """The streams of a PDF (ISO 32000-2, 7.3.8), as they lie there and unpacked, as far as they are few and small.

    Each byte is looked at once: what follows a stream is searched from its end on.
    """
    found, left = _STREAM.search(pdf), LARGEST
    for _ in range(MOST_STREAMS):
        end = pdf.find(b"endstream", found.end()) if found else -1
        if found is None or end < 0:
            return
        raw = pdf[found.end() : end]
        if raw.lstrip()[:1] == b"{":
            yield raw
        elif raw[:1] == b"\x78" and left:
            unpacked = _unpacked(raw, left)
            left -= len(unpacked)
            yield unpacked
        found = _STREAM.search(pdf, end + len(b"endstream"))


def _unpacked(raw: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, most)
    except zlib.error:
        return b""


def _from_pdf(pdf: bytes) -> dict[str, Any]:
    found = []
    for each in _attachments(pdf):
        if each.lstrip()[:1] == b"{" and b'"jws"' in each:
            found.append(_object(each))
    if len(found) != 1:
        raise Unreadable(f"expected one receipt inside the PDF, found {len(found)}")
    return found[0]


def read(data: bytes) -> dict[str, Any]:
    """What a JSON file or a PDF holds: ``jws``, ``document`` and ``sha256``; of a signed text by itself the first alone. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(f"expected at most {LARGEST} bytes, found {len(data)}")
    if data[:5] == b"%PDF-":
        content = _from_pdf(data)
    elif data.lstrip()[:1] == b"{":
        content = _object(data)
    else:
        return {"jws": _signed_text(data.strip().decode("ascii", "replace"))}
    if set(content) != {"document", "jws", "sha256"}:
        raise Unreadable("expected the members document, jws and sha256")
    return dict(content, jws=_signed_text(content["jws"]))


def _signed_text(jws: Any) -> str:
    if not isinstance(jws, str) or jws.count(".") != 2:
        raise Unreadable("expected a signed text of three parts")
    return jws


def read_keys(data: bytes) -> dict[str, dict[str, Any]]:
    """The Ed25519 keys of a JWK Set, as it is written, by their names. Raises Unreadable."""
    return keys_of(_object(data))


def keys_of(key_set: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The Ed25519 keys of a JWK Set by their names. Raises Unreadable where there is none."""
    keys = key_set.get("keys")
    found = {}
    for each in keys if isinstance(keys, list) else []:
        if isinstance(each, dict) and each.get("kty") == "OKP" and each.get("crv") == "Ed25519":
            found[str(each.get("kid"))] = dict(each, x=decoded(str(each.get("x"))))
    if not found:
        raise Unreadable("expected a key set with Ed25519 keys")
    return found


def check(
    data: bytes,
    keys: dict[str, dict[str, Any]],
    is_signed: Callable[[bytes, bytes, bytes], bool] = is_signed,
) -> Outcome:
    """Whether ``data`` holds a receipt that one of ``keys`` signed. Raises Unreadable where it holds none."""
    content = read(data)
    head, body, tail = content["jws"].split(".")
    header, payload, signature = _object(decoded(head)), decoded(body), decoded(tail)
    document, kid, digest = _object(payload), str(header.get("kid")), hashlib.sha256(payload).hexdigest()
    if header.get("alg") != "EdDSA" or header.get("typ") != "consent-receipt+jws" or "crit" in header:
        raise Unreadable("expected a consent receipt signed with EdDSA")
    key = keys.get(kid)
    if key is None:
        return Outcome("unknown_key", document, digest, kid)
    if not is_signed(key["x"], (head + "." + body).encode("ascii"), signature):
        return Outcome("bad_signature", {}, digest, kid)
    if not _is_same(content.get("document", document), document) or content.get("sha256", digest) != digest:
        return Outcome("mismatch", document, digest, kid)
    return Outcome("valid" if _was_in_use(key, document) else "key_not_in_use", document, digest, kid)


def _is_same(a: Any, b: Any) -> bool:
    """Whether two values are the same JSON: true is not 1."""
    return a is b or json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def _was_in_use(key: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether the key signed at that time: it may have become known to others after its own (``nbf``, ``exp``: Unix time)."""
    try:
        issued = datetime.fromisoformat(document["header"]["issued_at"].replace("Z", "+00:00")).timestamp()
        return bool(key.get("nbf", 0) <= issued < key.get("exp", float("inf")))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return False


# --- in words ----------------------------------------------------------------------------------------------------

SENTENCES = {
    "valid": (
        "VALID. This receipt is, to the last byte, what the holder of this key signed.",
        "有效。本回执与该密钥持有者所签的内容逐字节一致。",
    ),
    "unknown_key": (
        "NOT KNOWN. It names a key that is not in this key set. Nothing is proven either way.",
        "未知。回执所指的密钥不在这份密钥集中，什么也证明不了。",
    ),
    "bad_signature": (
        "NOT VALID. The signature does not fit: it was changed, or never signed with this key.",
        "无效。签名不符：内容被改动过，或并非由该密钥签署。",
    ),
    "mismatch": (
        "NOT VALID. The readable part says something else than the signed part.",
        "无效。可读部分与已签名部分不一致。",
    ),
    "key_not_in_use": (
        "NOT VALID. The signature fits, but this key was not in use when the receipt says it was issued.",
        "无效。签名相符，但在回执所称的签发时间，该密钥并未启用或已停用。",
    ),
}
LIMITS = (
    (
        "It proves that the site whose key this is stated the facts below at that time.",
        "它证明：持有该密钥的网站在当时陈述了以下事实。",
    ),
    (
        (
            "It does not prove who the person is, that the site told the truth (nobody outside witnesses its log), or that the "
            "consent still stands: a consent can be withdrawn at any time, and this check asks nobody."
        ),
        "它不证明当事人是谁，不证明网站所述属实（其日志没有外部见证），也不证明同意仍然有效：同意可随时撤回，而本程序不联网查询。",
    ),
    (
        "In a PDF the attached record was checked, not the printed words: what counts is what stands below.",
        "对 PDF，核验的是其中所附的记录，而不是印出的文字：以下内容为准。",
    ),
)


def _lines(outcome: Outcome) -> Iterator[str]:
    yield from SENTENCES[outcome.code]
    if outcome.code == "valid":
        for pair in LIMITS:
            yield from pair
        yield json.dumps(outcome.document, indent=1, ensure_ascii=False, sort_keys=True)
    yield "SHA-256: " + outcome.sha256
    yield "kid: " + json.dumps(outcome.kid)  # a forger chose it: no line breaks, nothing that moves a cursor


def main(arguments: list[str]) -> int:
    """Check the receipt in the first file with the keys in the second, and say so."""
    if len(arguments) != 2:
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        contents = []
        for path in arguments:
            with open(path, "rb") as file:
                contents.append(file.read(LARGEST + 1))
        outcome = check(contents[0], read_keys(contents[1]))
    except (OSError, Unreadable) as error:
        sys.stderr.write(f"This cannot be checked: {error}.\n无法核验。\n")
        return 2
    sys.stdout.buffer.write(("\n".join(_lines(outcome)) + "\n").encode("utf-8"))
    return 0 if outcome.code == "valid" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
