"""Read the JSON text of a label, tolerant of what other writers do, and say what was not as it should be."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from marking.marks.implicit_label.label import FIELD_NAMES, OPTIONAL_NAMES, AigcLabel

Form = Literal["wrapped", "bare", "older", "unreadable"]

LONGEST_TEXT = 65_536
"""Characters of JSON that are parsed; Annex E needs a few hundred, signatures a few thousand."""

MISSPELT_NAMES = {
    "reservecode1": "ReservedCode1",
    "reservecode2": "ReservedCode2",
    "producer": "ContentProducer",
    "producerid": "ProduceID",
    "propagator": "ContentPropagator",
    "propagatorid": "PropagateID",
    "propatorid": "PropagateID",
}
"""Names seen in other writers' files, in lower case, and the name that Annex E prints."""
_RIGHT_NAMES = {name.casefold(): name for name in FIELD_NAMES} | MISSPELT_NAMES
OLDER_NAMES = {"ServiceProvider": "ContentProducer", "ContentId": "ProduceID"}
"""Names of an object that a Chinese cloud wrote before the standard, and the names of Annex E that come closest. Its
others, ``ServiceUser`` and ``Time``, say who asked for the content and when: they are never read."""
_OBJECT = re.compile(r"\s*\{\s*(?:[\"']|&quot;)")
_PREFIX = re.compile(r"\s{0,16}AIGC[\s:=\0]{0,8}(?=\{)", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedLabel:
    """What a text holds: the label if any field could be read, its form, and stable fault codes."""

    value: AigcLabel | None
    form: Form
    faults: tuple[str, ...]


class _RepeatedName(ValueError):
    """A JSON object gives one name twice, so that readers may disagree about its value."""


def claims_label(text: str) -> bool:
    """Whether free text, such as a comment, is meant as a label: an object that names AIGC or its fields."""
    object_text, prefixes = _PREFIX.subn("", text[:LONGEST_TEXT], count=1)
    folded = object_text.casefold()
    return _OBJECT.match(folded) is not None and (
        bool(prefixes)
        or "aigc" in folded
        or ("label" in folded and "contentproducer" in folded)
        or ("serviceprovider" in folded and "contentid" in folded)
    )


def parse_label(text: str) -> ParsedLabel:
    """Read ``text`` as a label object, bare, wrapped in ``{"AIGC": …}``, or of the older form. Never raises.

    Faults besides those of ``AigcLabel.faults``: ``too_long``, ``not_json``, ``repeated_name``, ``not_object``,
    ``empty_shell``, ``double_escaped``, ``misspelt:<name>``, ``repeated:<name>``, ``unknown_field``,
    ``not_text:<name>``, ``missing:<name>``, ``prefixed`` (the word AIGC before the object), ``older_schema``.
    """
    if len(text) > LONGEST_TEXT:
        return _unreadable("too_long")
    json_text, prefixes = _PREFIX.subn("", text, count=1)
    try:
        return _from_document(json_text, ["prefixed"] * prefixes)
    except _RepeatedName:
        return _unreadable("repeated_name")
    except (ValueError, RecursionError):
        return _unreadable("not_json")


def _from_document(text: str, prefixed: list[str]) -> ParsedLabel:
    document, faults = _load(text)
    faults = prefixed + faults
    fields, form = _unwrapped(document)
    if not isinstance(fields, dict):
        return _unreadable("not_object", *faults)
    if OLDER_NAMES.keys() & fields.keys() and not set(FIELD_NAMES) & fields.keys():
        return _older(fields, faults)
    values, name_faults = _known_values(fields)
    faults += name_faults
    if not any(values.values()):
        return ParsedLabel(None, form, ("empty_shell", *faults))
    return _labelled(values, form, faults)


def _older(fields: dict[str, Any], faults: list[str]) -> ParsedLabel:
    given = {right: fields[name] for name, right in OLDER_NAMES.items() if name in fields}
    types = [f"not_text:{name}" for name, value in given.items() if not isinstance(value, str)]
    values = {name: _as_text(value) for name, value in given.items()}
    return _labelled(values, "older", ["older_schema", *faults, *types])


def _unreadable(*faults: str) -> ParsedLabel:
    return ParsedLabel(None, "unreadable", faults)


def _load(text: str) -> tuple[object, list[str]]:
    """Return the JSON document, unescaping entities once more where the text needs it."""
    if "&quot;" in text and '"' not in text:
        return _strict_json(html.unescape(text)), ["double_escaped"]
    return _strict_json(text), []


def _strict_json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_object_without_repeats)


def _object_without_repeats(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _RepeatedName(name)
        found[name] = value
    return found


def _unwrapped(document: object) -> tuple[object, Form]:
    if isinstance(document, dict) and len(document) == 1:
        name, inner = next(iter(document.items()))
        if name.casefold() == "aigc":
            return inner, "wrapped"
    return document, "bare"


def _known_values(fields: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return the values under the names of Annex E, as text, and the faults of names and types."""
    values: dict[str, str] = {}
    faults: list[str] = []
    for name, value in fields.items():
        right_name = _RIGHT_NAMES.get(name.casefold())
        if right_name is None:
            faults.append("unknown_field")
        elif right_name in values:
            faults.append(f"repeated:{right_name}")
        else:
            values[right_name] = _as_text(value)
            faults += [f"misspelt:{right_name}"] * (name != right_name)
            faults += [f"not_text:{right_name}"] * (not isinstance(value, str))
    return values, faults


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _labelled(values: dict[str, str], form: Form, faults: list[str]) -> ParsedLabel:
    missing = [name for name in FIELD_NAMES if name not in values and name not in OPTIONAL_NAMES]
    label = AigcLabel(*(values.get(name, "") for name in FIELD_NAMES))
    already_said = {f"empty:{name}" for name in missing}
    of_values = [fault for fault in label.faults() if fault not in already_said]
    every = [*faults, *(f"missing:{name}" for name in missing), *of_values]
    return ParsedLabel(label, form, tuple(dict.fromkeys(every)))
