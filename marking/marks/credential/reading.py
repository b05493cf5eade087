"""Read a credential, and keep apart what readers like to mix up: whether the file is as it was signed, and who signed it.

An expired certificate is not tampering, a signer whom nobody lists is not a forger, and a manifest that cannot be
read says nothing either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from marking.marks.credential import library
from marking.marks.credential.claim import WATERMARK_SUFFIX
from marking.marks.credential.trust import OwnRoots, TrustList

MOST_MANIFESTS = 64
"""Manifests of one store that are looked at."""
MOST_PROBLEMS = 8

GENERATED_TERMS = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
"""IPTC terms that say "made by a model", the plainer first. Others (a camera's, an editor's) say something else."""
CAPTURED_TERMS = frozenset(
    {
        "digitalCapture", "computationalCapture", "multiFrameComputationalCapture", "compositeCapture", "negativeFilm",
        "positiveFilm",
    }
)  # fmt: skip
"""IPTC terms that say "taken from life by a camera"."""
_TERM = re.compile(r"(?:https?://cv\.iptc\.org/newscodes/digitalsourcetype/)?([A-Za-z]{1,64})")

_CREDENTIAL_CODES = ("signingCredential.", "timeStamp.", "claimSignature.outsideValidity")
"""Failures (C2PA 2.2, 15.2.2) that speak of the signer or of the time, and not of the file."""
_UNSUPPORTED = "algorithm.unsupported"


class Integrity(StrEnum):
    """Whether the file is as it was signed."""

    INTACT = "intact"
    BROKEN = "broken"


class Signer(StrEnum):
    """What is known of who signed."""

    LISTED = "listed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNFIT = "unfit"


@dataclass(frozen=True)
class Credential:
    """What a manifest store says and how far that holds.

    ``issuer``: the organisation in the signer's certificate; ``signed_at``: ISO 8601, from a time stamp, else empty;
    ``is_time_listed``: whether the stamp's authority is on a list; ``source_type``: the IPTC term that says that a model made it, anywhere in the store, empty if none does;
    ``problems``: failure codes of C2PA of the file itself; ``has_broken_history``: something it was made from does not
    match its own credential; ``manifests``: how many there are; ``work``: the work that a credential like ours names, there or in the history;
    ``capture_type``: the IPTC term that says that a camera took it, where none says that a model made it.
    """

    integrity: Integrity
    signer: Signer
    trust_list: TrustList
    issuer: str
    signed_at: str
    is_time_listed: bool
    source_type: str
    problems: tuple[str, ...]
    has_broken_history: bool
    manifests: int
    work: str
    capture_type: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A manifest is there and cannot be read. ``reason``: ``remote`` (elsewhere, and not fetched), ``unsupported`` or ``damaged``."""

    reason: str


def read(data: bytes, own: OwnRoots) -> Credential | Unreadable | None:
    """Return what the credential of a file says; None where the library finds none. Nothing is fetched.

    ``own``: roots of this site, beside the vendored lists. Never raises, whatever the bytes.
    """
    try:
        store = library.read_store(data, own)
    except library.LibraryError as error:
        return _unreadable(str(error))
    if store is None:
        return None
    active = _manifests(store).get(str(store.get("active_manifest")))
    return Unreadable("damaged") if active is None else _described(store, active)


def _unreadable(message: str) -> Unreadable | None:
    """The library tells its errors apart by their text."""
    if message.startswith("ManifestNotFound"):
        return None
    if message.startswith("Remote"):
        return Unreadable("remote")
    return Unreadable(
        "unsupported" if "unknown algorithm" in message or "prerelease" in message else "damaged"
    )


def _described(store: Mapping[str, Any], active: Mapping[str, Any]) -> Credential | Unreadable:
    results = _object(store.get("validation_results"))
    status = results.get("activeManifest")
    codes = _codes(status, "failure")
    if _UNSUPPORTED in codes:
        return Unreadable("unsupported")
    broken = any(not code.startswith(_CREDENTIAL_CODES) for code in codes)
    signature = _object(active.get("signature_info"))
    return Credential(
        integrity=Integrity.BROKEN if broken else Integrity.INTACT,
        signer=_signer(status),
        trust_list=_trust_list(status, results.get("trustListUri")),
        issuer=str(signature.get("issuer") or ""),
        signed_at=str(signature.get("time") or ""),
        is_time_listed="timeStamp.trusted" in _codes(status, "success"),
        source_type=_source_type(store, active),
        problems=tuple(dict.fromkeys(codes))[:MOST_PROBLEMS],
        has_broken_history=_has_broken_history(store, results),
        manifests=len(_manifests(store)),
        work=_work(store, active),
        capture_type=_capture_type(store, active),
    )


def _objects(value: object) -> list[Mapping[str, Any]]:
    """The JSON objects in a list that a stranger may have filled with anything."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _codes(status: object, kind: str) -> list[str]:
    return [str(each.get("code", "")) for each in _objects(_object(status).get(kind))]


def _signer(status: object) -> Signer:
    """The most telling of the failures; without one, and only if it says so, the signer's authority is on a list."""
    codes = _codes(status, "failure")
    said = {
        "signingCredential.revoked": Signer.REVOKED,
        "signingCredential.expired": Signer.EXPIRED,
        "claimSignature.outsideValidity": Signer.EXPIRED,
        "signingCredential.invalid": Signer.UNFIT,
        "signingCredential.untrusted": Signer.UNKNOWN,
    }
    is_listed = "signingCredential.trusted" in _codes(status, "success")
    otherwise = Signer.LISTED if is_listed else Signer.UNKNOWN
    return next((signer for code, signer in said.items() if code in codes), otherwise)


def _trust_list(status: object, named: object) -> TrustList:
    """The list that was matched. Of a certificate that has run out the library names none."""
    if _signer(status) is not Signer.LISTED:
        return TrustList.NONE
    return next((each for each in TrustList if each.value == named), TrustList.NONE)


def _sound(store: Mapping[str, Any], active: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The active manifest, then those of the history that match what they were made for."""
    unsound = _unsound_labels(store)
    others = (m for label, m in _manifests(store).items() if m is not active and label not in unsound)
    yield active
    yield from islice(others, MOST_MANIFESTS)


def _source_type(store: Mapping[str, Any], active: Mapping[str, Any]) -> str:
    """The term of the active manifest or, since some makers put it into an ingredient, of any that is sound."""
    for manifest in _sound(store, active):
        terms = set(_terms(manifest))
        if found := next((term for term in GENERATED_TERMS if term in terms), ""):
            return found
    return ""


def _capture_type(store: Mapping[str, Any], active: Mapping[str, Any]) -> str:
    """The term of a camera, the active manifest's first; nothing where a model had a hand in it, at whatever time."""
    if _source_type(store, active):
        return ""
    terms = (term for manifest in _sound(store, active) for term in _terms(manifest))
    return next((term for term in terms if term in CAPTURED_TERMS), "")


def _terms(manifest: Mapping[str, Any]) -> Iterator[str]:
    for label, data in _assertions(manifest):
        for action in _objects(data.get("actions")) if label.startswith("c2pa.actions") else ():
            match = _TERM.fullmatch(str(action.get("digitalSourceType", "")))
            if match:
                yield match[1]


def _manifests(store: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    return {label: each for label, each in _object(store.get("manifests")).items() if isinstance(each, dict)}


def _assertions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for assertion in _objects(manifest.get("assertions")):
        yield str(assertion.get("label", "")), _object(assertion.get("data"))


def _unsound_labels(store: Mapping[str, Any]) -> frozenset[str]:
    """Labels of manifests which an ingredient's validation found broken."""
    ingredients = [each for m in _manifests(store).values() for each in _objects(m.get("ingredients"))]
    return frozenset(str(each.get("active_manifest", "")) for each in ingredients if _is_broken(each))


def _is_broken(ingredient: Mapping[str, Any]) -> bool:
    """Whether an ingredient did not match its own credential when it was taken in.

    To edit over a broken file gives a manifest that is itself without fault: the fault stands only here, in
    ``validation_results`` or, of older makers, ``validation_status``.
    """
    results = _object(ingredient.get("validation_results")).get("activeManifest")
    codes = (*_codes(results, "failure"), *_codes(ingredient, "validation_status"))
    return any(not code.startswith(_CREDENTIAL_CODES) for code in codes)


def _has_broken_history(store: Mapping[str, Any], results: Mapping[str, Any]) -> bool:
    deltas = [each.get("validationDeltas") for each in _objects(results.get("ingredientDeltas"))]
    failures = [code for delta in deltas for code in _codes(delta, "failure")]
    return bool(_unsound_labels(store)) or any(not code.startswith(_CREDENTIAL_CODES) for code in failures)


def _work(store: Mapping[str, Any], active: Mapping[str, Any]) -> str:
    """The work that the newest of the manifests names which name one."""
    return next(filter(None, map(_named_work, _sound(store, active))), "")


def _named_work(manifest: Mapping[str, Any]) -> str:
    named = (
        data.get("work", "") for label, data in _assertions(manifest) if label.endswith(WATERMARK_SUFFIX)
    )
    return str(next(named, ""))[:10]
