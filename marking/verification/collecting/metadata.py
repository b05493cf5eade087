"""The layers that stand in the file's bytes: exact hash, metadata label, credential, traces of generators. Pure."""

from __future__ import annotations

import hashlib

from marking.marks import credential, implicit_label
from marking.marks.credential import Credential, Integrity, Signer, TrustList
from marking.marks.implicit_label import FoundLabel
from marking.verification.collecting.label_fields import label_facts
from marking.verification.collecting.label_signatures import BROKEN_SIGNATURE, is_broken, signature_facts
from marking.verification.collecting.specimen import Specimen
from marking.verification.conflicts import DISAGREEING
from marking.verification.generators.traces import find_traces
from marking.verification.report import Evidence, Fact, Finding, Layer, inconclusive


def take_hash(specimen: Specimen) -> Evidence:
    """Hash the file's bytes with SHA-256. Whether the registry knows it is not known here."""
    return Evidence(Layer.HASH, Finding.UNREGISTERED, {"sha256": hashlib.sha256(specimen.data).hexdigest()})


def find_implicit_label(specimen: Specimen) -> Evidence:
    """Read the AIGC field. Several labels are a fault (GB 45438-2025, 6.1 c); of several that agree the surest valid one counts.

    A broken signature makes a label invalid: its fields are not what somebody once signed. A field that breaks the
    standard is named by its fault alone.
    """
    reading = implicit_label.read(specimen.data)
    if not reading.labels:
        if reading.faults:
            return inconclusive(Layer.IMPLICIT_LABEL, reading.faults[0])
        return Evidence(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND)
    best = min(reading.labels, key=_doubt)
    signatures = signature_facts(best.value, specimen.label_keys)
    broken = (BROKEN_SIGNATURE,) if is_broken(signatures) else ()
    said = {each.value for each in reading.labels}
    disagreeing = (DISAGREEING,) if len(said - {None}) > 1 else ()
    faults = tuple(dict.fromkeys((*best.faults, *reading.faults, *broken, *disagreeing)))
    facts: dict[str, Fact] = {
        **label_facts(best),
        **signatures,
        "faults": faults,
        "count": len(reading.labels),
    }
    if best.is_valid and broken:
        return Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, facts | {"reason": BROKEN_SIGNATURE})
    finding = Finding.VALID if best.is_valid and len(said) == 1 else Finding.INVALID
    return Evidence(Layer.IMPLICIT_LABEL, finding, facts)


def _doubt(found: FoundLabel) -> tuple[bool, bool, str]:
    """Order labels: valid ones first, readable before unreadable, then "is" (1), "may be" (2), "suspected" (3)."""
    return not found.is_valid, found.value is None, found.value.label if found.value else ""


def find_credential(specimen: Specimen) -> Evidence:
    """Check the C2PA manifest: whether the file is as it was signed, and, apart from that, who signed it."""
    found = credential.read(specimen.data, specimen.own_roots)
    place = specimen.metadata.manifest_place
    if isinstance(found, Credential):
        return Evidence(
            Layer.CREDENTIAL, _credential_finding(found), {"place": place, **_credential_facts(found)}
        )
    if found is not None and (place or found.reason == "remote"):
        return inconclusive(Layer.CREDENTIAL, f"credential_{found.reason}")
    return _absent(Layer.CREDENTIAL, specimen)


def _credential_finding(found: Credential) -> Finding:
    if found.integrity is Integrity.BROKEN:
        return Finding.INVALID
    return Finding.VALID if found.signer is Signer.LISTED else Finding.UNTRUSTED


def _time_stamp(found: Credential) -> str:
    if not found.signed_at:
        return ""
    return "listed" if found.is_time_listed else "unknown"


def _credential_facts(found: Credential) -> dict[str, Fact]:
    """Who signed is an organisation's name in a certificate; names of people in a manifest have no fact here.

    ``named_work``, the work that anybody's credential names, is for the comparison with a released file, and not reported.
    """
    facts: dict[str, Fact] = {
        "integrity": found.integrity.value,
        "signer": found.signer.value,
        "trust_list": found.trust_list.value,
        "issuer": found.issuer,
        "signed_at": found.signed_at,
        "time_stamp": _time_stamp(found),
        "digital_source_type": found.source_type,
        "capture_type": found.capture_type,
        "problems": found.problems,
        "history": "broken" if found.has_broken_history else "",
        "named_work": found.work,
    }
    is_ours = found.trust_list in (TrustList.THIS_SITE, TrustList.THIS_SITE_DEVELOPMENT)
    return facts | ({"work": found.work} if is_ours and found.work else {})


def find_generator(specimen: Specimen) -> Evidence:
    """Look for what generating programs leave in metadata. Facts: families of programs, never their texts."""
    traces = find_traces(specimen.metadata)
    if not traces:
        return _absent(Layer.GENERATOR, specimen)
    facts: dict[str, Fact] = {"tools": traces.families, "places": traces.places}
    if traces.source_type:
        facts["digital_source_type"] = traces.source_type
    return Evidence(Layer.GENERATOR, Finding.FOUND, facts)


def _absent(layer: Layer, specimen: Specimen) -> Evidence:
    """Nothing found; of a file that breaks off, or of metadata beyond the bounds, the rest may hold it."""
    if not specimen.metadata.is_known:
        return inconclusive(layer, "unsupported_format")
    if specimen.metadata.is_too_large:
        return inconclusive(layer, "metadata_too_large")
    if specimen.metadata.is_whole:
        return Evidence(layer, Finding.NOT_FOUND)
    return inconclusive(layer, "truncated")
