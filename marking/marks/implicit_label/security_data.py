"""Signatures of a label in its reserved codes: the ``SecurityData`` object of TC260-PG-202511A, signed with SM2.

What the producer signs is the text of the guide's appendix A.1: the first three fields without braces, so that what
a distributor adds later leaves the signature whole. Some sign the SM3 digest of that text instead, so both are tried.
The guide's text was not at hand for the distributor's signature; ours is over the same text with the two
fields of propagation behind it, and a signature of others in that place that does not fit is no fault.

The public key stands beside the signature. That the two fit shows that the fields were not changed since somebody
signed them; who that was shows only a key that is known from elsewhere (*pinned*).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from marking.marks.implicit_label.label import LONGEST_RESERVED_CODE, AigcLabel
from marking.marks.implicit_label.sm2 import ALGORITHM, PublicKey, SigningKey, digest, public_keys

LABEL_TYPES = ("Md", "LabelMataData")
"""``TBSData.Type`` of a signature over the label: the guide's name, which we write, and one that is seen in files."""
MOST_TRIED = 4
"""Signatures, and keys, of one reserved code that are looked at."""

PRODUCER_FIELDS = ("Label", "ContentProducer", "ProduceID")
PROPAGATOR_FIELDS = ("ContentPropagator", "PropagateID")


class Status(StrEnum):
    """What checking a signature gave: stable codes."""

    VALID_PINNED = "valid_pinned"
    """It fits, and its key is a pinned one."""
    VALID_SELF = "valid_self"
    """It fits the key that stands beside it."""
    INVALID = "invalid"
    """It fits no key: the fields were changed since, or the signature is broken."""
    ABSENT = "absent"
    UNSUPPORTED = "unsupported"
    """A code of another kind, or a signature that cannot be checked here."""


@dataclass(frozen=True)
class Signature:
    """What checking gave, and the key that fits; of an invalid one the pinned key that stands beside it, if any."""

    status: Status
    key: PublicKey | None = None


def produced_message(label: AigcLabel) -> bytes:
    """Return what the producer signs (TC260-PG-202511A, A.1)."""
    return _message(label, PRODUCER_FIELDS)


def propagated_message(label: AigcLabel) -> bytes:
    """Return what we sign as a distributor: the producer's text with the two fields of propagation behind it."""
    return _message(label, PRODUCER_FIELDS + PROPAGATOR_FIELDS)


def _message(label: AigcLabel, names: Iterable[str]) -> bytes:
    fields = label.fields()
    text = ",".join(f'"{name}":{json.dumps(fields[name], ensure_ascii=False)}' for name in names)
    return text.encode(errors="surrogatepass")  # JSON may hold half a pair


def signed_by_producer(label: AigcLabel, key: SigningKey) -> AigcLabel:
    """Return ``label`` with the producer's signature in ``ReservedCode1``."""
    return replace(label, reserved_code1=security_data(produced_message(label), key))


def signed_by_propagator(label: AigcLabel, key: SigningKey) -> AigcLabel:
    """Return ``label`` with the distributor's signature in ``ReservedCode2``."""
    return replace(label, reserved_code2=security_data(propagated_message(label), key))


def security_data(message: bytes, key: SigningKey) -> str:
    """Return the compact JSON object with the signature of ``message`` and its key: about 400 characters of Annex E j)."""
    signature = {
        "Type": "DS",
        "AlgID": ALGORITHM,
        "TBSData": {"Type": LABEL_TYPES[0]},
        "Signature": key.sign(message).hex().upper(),
    }
    public = {"Type": "PubKey", "AlgID": ALGORITHM, "KeyValue": key.public.to_bytes().hex().upper()}
    content = {"Type": "TC260PG", "Version": 1, "PubSD": [signature, public]}
    return json.dumps({"SecurityData": content}, separators=(",", ":"))


def check_producer(label: AigcLabel, pinned: Sequence[PublicKey] = ()) -> Signature:
    """Check the signature in ``ReservedCode1``; ``pinned``: keys that are known. Never raises."""
    return _checked(label.reserved_code1, produced_message(label), pinned)


def check_propagator(label: AigcLabel, pinned: Sequence[PublicKey] = ()) -> Signature:
    """Check the signature in ``ReservedCode2``; ``pinned``: keys that are known. Never raises.

    What others sign there is not known, so that one that fits nothing is *invalid* only under a pinned key.
    """
    checked = _checked(label.reserved_code2, propagated_message(label), pinned)
    is_known_broken = checked.status is Status.INVALID and checked.key in pinned
    return (
        checked if checked.status is not Status.INVALID or is_known_broken else Signature(Status.UNSUPPORTED)
    )


def _checked(code: str, message: bytes, pinned: Sequence[PublicKey]) -> Signature:
    if not code:
        return Signature(Status.ABSENT)
    entries = _entries(code)
    signatures = [entry for entry in entries if _is_label_signature(entry)][:MOST_TRIED]
    if not signatures:
        return Signature(Status.UNSUPPORTED)
    found = [_fitting(signature, entries, message, pinned) for signature in signatures]
    return min(found, key=lambda each: list(Status).index(each.status))


def _entries(code: str) -> list[dict[str, Any]]:
    """Return the objects in the list of a ``SecurityData`` object; none where the code is something else."""
    try:
        document = json.loads(code) if len(code) <= LONGEST_RESERVED_CODE else None
    except (ValueError, RecursionError):
        document = None
    content = _object(_object(document).get("SecurityData"))
    entries = content.get("PubSD", content.get("PubSd"))  # the second spelling is seen in files
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_label_signature(entry: dict[str, Any]) -> bool:
    is_ours = entry.get("Type") == "DS" and entry.get("AlgID") == ALGORITHM
    return is_ours and _object(entry.get("TBSData")).get("Type") in LABEL_TYPES


def _fitting(
    entry: dict[str, Any], entries: Sequence[dict[str, Any]], message: bytes, pinned: Sequence[PublicKey]
) -> Signature:
    """Return what one signature is worth: under the keys beside it, or if there are none under the pinned ones."""
    beside = [each for each in entries if each.get("KeyID") == entry.get("KeyID") and _is_key(each)]
    try:
        keys = _keys_of(beside[:MOST_TRIED]) if beside else list(pinned)
    except ValueError:  # not on the curve
        return Signature(Status.INVALID)
    signature = _bytes(entry.get("Signature"))
    for key in keys:
        if any(key.verifies(signature, form) for form in (message, digest(message))):
            return Signature(Status.VALID_PINNED if key in pinned else Status.VALID_SELF, key)
    if not beside or not keys:
        return Signature(Status.UNSUPPORTED)
    return Signature(Status.INVALID, next((key for key in keys if key in pinned), None))


def _is_key(entry: dict[str, Any]) -> bool:
    return entry.get("Type") == "PubKey" and entry.get("AlgID") == ALGORITHM


def _keys_of(entries: Iterable[dict[str, Any]]) -> list[PublicKey]:
    return [key for entry in entries for key in public_keys(_bytes(entry.get("KeyValue")))]


def _bytes(value: object) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return b""
