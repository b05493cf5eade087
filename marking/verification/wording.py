"""What a report says to people: one sentence for everything that can be found, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marking.verification import credential_wording, label_wording, source_type_wording
from marking.verification.conflicts import CONFLICTS
from marking.verification.origin_wording import marked_here_sentence
from marking.verification.report import Evidence, Fact, Finding, Layer, Verdict
from marking.verification.titles import TITLES

__all__ = [
    "FINDINGS",
    "REASONS",
    "TITLES",
    "VERDICTS",
    "conflict_sentence",
    "details",
    "evidence_sentence",
    "finding_sentence",
    "marked_here_sentence",
    "verdict_sentence",
]

VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.CONFIRMED: _("Confirmed: this is marked as AI-generated."),
    Verdict.POSSIBLE: _("Possible: this was declared to be AI-generated."),
    Verdict.SUSPECTED: _("Suspected: something in this file points to AI, but no valid mark says so."),
    Verdict.NO_LABEL_FOUND: _("No label found — this proves nothing."),
    Verdict.INCONCLUSIVE: _("Inconclusive: not everything could be examined — this proves nothing."),
}

FINDINGS: Mapping[tuple[Layer, Finding], Promise] = {
    (Layer.EXPLICIT_LABEL, Finding.FOUND): _("A visible label stands in a corner of the picture."),
    (Layer.EXPLICIT_LABEL, Finding.NOT_FOUND): _(
        "No visible label as this site draws it was found in the corners. Labels of others look different."
    ),
    (Layer.IMPLICIT_LABEL, Finding.VALID): _("The metadata carries an AIGC label that keeps GB 45438-2025."),
    (Layer.IMPLICIT_LABEL, Finding.INVALID): _(
        "The metadata carries an AIGC label that breaks GB 45438-2025."
    ),
    (Layer.IMPLICIT_LABEL, Finding.NOT_FOUND): _("The metadata carries no AIGC label (GB 45438-2025)."),
    (Layer.CREDENTIAL, Finding.VALID): _(
        "The content credential (C2PA) matches the file, and its signer is on a list that this site knows."
    ),
    (Layer.CREDENTIAL, Finding.UNTRUSTED): _(
        "The content credential (C2PA) matches the file, but nobody that this site knows vouches for its signer now. That is "
        "no sign that the file was changed."
    ),
    (Layer.CREDENTIAL, Finding.INVALID): _(
        "The content credential (C2PA) does not match the file: one of the two was changed after it was signed."
    ),
    (Layer.CREDENTIAL, Finding.NOT_FOUND): _("No content credential (C2PA) is in the file."),
    (Layer.WATERMARK, Finding.REGISTERED): _(
        "The invisible watermark of this site is in the picture. The work it names is registered here."
    ),
    (Layer.WATERMARK, Finding.UNREGISTERED): _(
        "The invisible watermark of this site is in the picture, but the work it names is not registered here."
    ),
    (Layer.WATERMARK, Finding.RECOGNISED): _(
        "The invisible watermark is too weak to be read by itself. Compared with a file that was released here, it was "
        "found again: this is a copy of that file, and not just of the same picture."
    ),
    (Layer.WATERMARK, Finding.NOT_FOUND): _(
        "No invisible watermark of this site was found. Watermarks of others cannot be read here."
    ),
    (Layer.HASH, Finding.REGISTERED): _("Exactly this file was released here: not one byte differs."),
    (Layer.HASH, Finding.UNREGISTERED): _("No file with exactly these bytes was released here."),
    (Layer.HASH, Finding.PREVIEW): _(
        "Exactly this file is a preview: a small copy that this site made for the owner of a work. It carries the visible and the "
        "metadata label; the other marks are in the released file."
    ),
    (Layer.FINGERPRINT, Finding.NEAR_COPY): _(
        "As a whole, the picture looks like one that was released here. Looking alike is no proof."
    ),
    (Layer.FINGERPRINT, Finding.NOT_FOUND): _(
        "No picture that was released here looks so much like this one that it could be recognised by that alone."
    ),
    (Layer.FINGERPRINT, Finding.NOT_DISTINCTIVE): _(
        "The picture has too little structure to be recognised by what it looks like."
    ),
    (Layer.GENERATOR, Finding.FOUND): _(
        "The metadata names a program or a source type of generated pictures. Anybody can write that."
    ),
    (Layer.GENERATOR, Finding.NOT_FOUND): _("No known traces of a generating program are in the metadata."),
}
"""Every finding but *inconclusive*, whose sentence gives the reason."""

REASONS: Mapping[str, Promise] = {
    "broke": _("This could not be examined, because the file is built in a way that was not foreseen."),
    "credential_damaged": _(
        "A content credential (C2PA) is in the file, but it is built wrongly and could not be read."
    ),
    "credential_remote": _(
        "The file says that its content credential (C2PA) is kept elsewhere. This site fetches nothing that a file names."
    ),
    "credential_unsupported": _(
        "A content credential (C2PA) is in the file, but it uses methods that this version cannot check."
    ),
    "crashed": _("This could not be examined, because the file brought the examination to a halt."),
    "missing_extended_xmp": _(
        "This could not be examined, because a part of the metadata is missing from the file."
    ),
    "metadata_too_large": _("This could not be examined, because the metadata is too large."),
    "out_of_memory": _("This could not be examined, because it takes too much memory."),
    "out_of_time": _("This could not be examined, because it takes too long."),
    "oversized_packet": _("This could not be examined, because the metadata is too large."),
    "several_pages": _("This could not be examined, because the file has several pages."),
    "too_small": _("This could not be examined, because the picture is too small."),
    "truncated": _("This could not be examined, because the file is cut off."),
    "truncated_container": _("This could not be examined, because the file is cut off."),
    "encrypted": _("This could not be examined, because the file is encrypted."),
    "too_many_carriers": _("This could not be examined, because the metadata is too large."),
    "unsupported_format": _("This could not be examined, because the file is not a picture."),
    "unsupported_variant": _("This could not be examined, because this kind of file is not read here."),
}
_CONFLICTS = {row.code: row.sentence for row in CONFLICTS}
_DEVELOPMENT = "this_site_development"
_SAME_PICTURE = _(
    "This is the same picture as one that was released here, without its watermark: either that was removed, or this copy is "
    "from before the picture was marked."
)
_DAMAGED = _("This could not be examined, because the file is damaged.")


def verdict_sentence(verdict: Verdict) -> str:
    """Return the verdict in one sentence."""
    return str(VERDICTS[verdict])


def evidence_sentence(evidence: Evidence) -> str:
    """Return what a layer found; of a credential also who this site is in it, that its history is broken; of looks, whether it is the same picture."""
    facts = evidence.reported_facts()
    sentence = finding_sentence(evidence.layer, evidence.finding, str(facts.get("reason", "")))
    if (evidence.finding, facts.get("trust_list")) == (Finding.VALID, _DEVELOPMENT):
        sentence = str(credential_wording.DEVELOPMENT)
    if (evidence.finding, facts.get("same")) == (Finding.NEAR_COPY, True):
        sentence = str(_SAME_PICTURE)
    if evidence.layer is Layer.CREDENTIAL and facts.get("history") == "broken":
        return f"{sentence} {credential_wording.BROKEN_HISTORY}"
    return sentence


def finding_sentence(layer: Layer, finding: Finding, reason: str = "") -> str:
    """Return what a layer found; ``reason`` is the code of an inconclusive one, or of a broken signature."""
    if (layer, finding, reason) == (Layer.IMPLICIT_LABEL, Finding.INVALID, "broken_signature"):
        return str(label_wording.BROKEN_SIGNATURE)
    if finding is Finding.INCONCLUSIVE:
        return str(REASONS.get(reason, _DAMAGED))
    return str(FINDINGS[layer, finding])


def conflict_sentence(code: str) -> str:
    """Return how marks of one file contradict each other; ``code`` is one of `conflicts.CONFLICTS`."""
    return gettext(_CONFLICTS[code])


def _as_it_is(value: Fact) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _box(value: Fact) -> str:
    x, y, width, height = value if isinstance(value, tuple) else ()
    size = {"x": x, "y": y, "width": width, "height": height}
    return gettext("%(width)s × %(height)s pixels, %(x)s from the left and %(y)s from the top") % size


def _percent(value: Fact) -> str:
    return f"{float(str(value)):.0%}"


def _moment(value: Fact) -> str:
    """An ISO 8601 time as the reader's language writes it; as it is where it is none."""
    try:
        moment = parse_datetime(str(value))
    except ValueError:  # written as a time, but none
        moment = None
    if moment is None:
        return str(value)
    return date_format(localtime(moment) if is_aware(moment) else moment, "DATETIME_FORMAT")


def _worded(words: Mapping[str, Promise]) -> Callable[[Fact], str]:
    """Return a form that puts codes into words, and leaves an unknown one as it is."""
    return lambda value: str(words.get(str(value), value))


def _degrees(value: Fact) -> str:
    """Clockwise; what stands less than half a quarter askew keeps its sign."""
    degrees = round(float(str(value)), 1)
    return f"{degrees if abs(degrees) < 45 else degrees % 360:g}°"


def _bits(value: Fact) -> str:
    return gettext("%(bits)s of 256 bits") % {"bits": value}


def _yes_or_no(value: Fact) -> str:
    return gettext("yes") if value else gettext("no")


_BESIDE: Mapping[str, Promise] = {
    "same": _("the picture is a copy of it"),
    "other": _("the picture does not look like it"),
    "not_compared": _("the picture could not be compared with it"),
}

_DETAILS: Mapping[str, tuple[Promise | str, Callable[[Fact], str]]] = {
    "text": (_("Text"), _as_it_is),
    "box": (_("Where"), _box),
    "label": (_("Label"), label_wording.label_value),
    "producer": (_("Producer"), _as_it_is),
    "produce_id": (_("Content number"), _as_it_is),
    "propagator": (_("Distributor"), _as_it_is),
    "propagate_id": (_("Distribution number"), _as_it_is),
    "integrity": (_("Integrity"), _worded(credential_wording.INTEGRITY)),
    "issuer": (_("Signed by"), _as_it_is),
    "signer": (_("Signer"), _worded(credential_wording.SIGNERS)),
    "trust_list": (_("Vouched for by"), _worded(credential_wording.TRUST_LISTS)),
    "signed_at": (_("Signed at"), _moment),
    "time_stamp": (_("Time stamp"), _worded(credential_wording.TIME_STAMPS)),
    "capture_type": (_("Said to be taken by a camera"), source_type_wording.source_type),
    "problems": (_("What C2PA calls it"), _as_it_is),
    "signature": (_("Producer's signature"), label_wording.signature),
    "signature_key": (_("Key of the producer's signature (SHA-256)"), _as_it_is),
    "propagation_signature": (_("Distributor's signature"), label_wording.signature),
    "place": (_("Found in"), _as_it_is),
    "count": (_("Labels in the file"), _as_it_is),
    "faults": (_("Faults"), label_wording.faults),
    "work": (_("Work"), _as_it_is),
    "other_works": (_("Further works"), _as_it_is),
    "picture": (_("Beside the work that it names"), _worded(_BESIDE)),
    "confidence": (_("Agreement"), _percent),
    "coverage": (_("Share of the released picture"), _percent),
    "scale": (_("Scale"), _as_it_is),
    "rotation_degrees": (_("Turned by"), _degrees),
    "turned": (_("Turned by"), _degrees),
    "mirrored": (_("Mirrored"), _yes_or_no),
    "same": (_("Same picture"), _yes_or_no),
    "sha256": ("SHA-256", _as_it_is),
    "distance": (_("Difference"), _bits),
    "tools": (_("Programs"), _as_it_is),
    "digital_source_type": (_("IPTC digital source type"), source_type_wording.source_type),
    "places": (_("Found in"), _as_it_is),
}
"""Name and form of every reported fact, in the order of a card, but of what the sentence says: reason, history."""


def details(facts: Mapping[str, Fact]) -> list[tuple[str, str]]:
    """Return names and values of the facts, without the empty ones and without what the sentence says."""
    if facts.get("trust_list") == _DEVELOPMENT:
        facts = {**facts, "signer": "development"}  # on a list of one, its own
    return [
        (str(name), write(facts[fact]))
        for fact, (name, write) in _DETAILS.items()
        if facts.get(fact, ()) not in ((), "")
    ]
