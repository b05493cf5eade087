"""The seven-field label of GB 45438-2025 Annex E, as a value."""

from __future__ import annotations

import json
import re
from dataclasses import astuple, dataclass
from typing import Self

FIELD_NAMES = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
"""The names of Annex E c) to i), in the order of its printed value."""
OPTIONAL_NAMES = frozenset({"ReservedCode1", "ReservedCode2"})
PRODUCTION_NAMES = frozenset({"ContentProducer", "ProduceID"})
"""Empty together in a label of a distributor who doesn't know who made the content: then it may be, or is suspected to
be, generated (Labelling Measures Art. 6 (2) and (3) ask for the fields of propagation alone)."""

IS_GENERATED, MAY_BE_GENERATED, SUSPECTED_GENERATED = "1", "2", "3"
"""Values of ``Label`` (Annex E c)."""

LONGEST_VALUE = 1024
LONGEST_RESERVED_CODE = 4096
"""Own limits in characters; the standard sets none. A reserved code may hold a signature with its key."""

_ALLOWED = re.compile(r"[\x21-\x5B\x5D-\x7E]*")
"""Annex E j): code points 0x21, 0x23-0x5B, 0x5D-0x7E, and the quote, which JSON escapes: no space, no backslash."""


@dataclass(frozen=True)
class AigcLabel:
    """The value of one AIGC field: who made the content, who passed it on, and how sure the marker is.

    A label read from a foreign file may break the rules: ``faults`` says how. ``require_valid`` guards writing.
    """

    label: str
    content_producer: str
    produce_id: str
    reserved_code1: str = ""
    content_propagator: str = ""
    propagate_id: str = ""
    reserved_code2: str = ""

    @classmethod
    def first(
        cls, *, producer: str, produce_id: str, label: str = IS_GENERATED, reserved_code1: str = ""
    ) -> Self:
        """Return the label of a first writing, whose propagation fields equal its production fields (note 1).

        Raises ``ValueError`` if a value breaks Annex E.
        """
        written = cls(label, producer, produce_id, reserved_code1, producer, produce_id)
        written.require_valid()
        return written

    def fields(self) -> dict[str, str]:
        """Return the seven fields under the names of Annex E, in its order."""
        return dict(zip(FIELD_NAMES, astuple(self), strict=True))

    def to_json(self) -> str:
        """Return the compact JSON object of the seven fields, in order, ASCII only."""
        return json.dumps(self.fields(), separators=(",", ":"))

    def faults(self) -> tuple[str, ...]:
        """Return how the values break Annex E, as stable codes such as ``bad_characters:ProduceID``.

        The codes are ``label_value`` (not 1, 2 or 3), ``empty:<field>``, ``bad_characters:<field>`` and
        ``too_long:<field>``.
        """
        optional = OPTIONAL_NAMES | PRODUCTION_NAMES if self._has_unknown_producer else OPTIONAL_NAMES
        given = {name: value for name, value in self.fields().items() if value or name not in optional}
        values = [fault for name, value in given.items() for fault in _value_faults(name, value)]
        known = self.label in (IS_GENERATED, MAY_BE_GENERATED, SUSPECTED_GENERATED)
        return tuple(values) if known else ("label_value", *values)

    @property
    def _has_unknown_producer(self) -> bool:
        is_doubted = self.label in (MAY_BE_GENERATED, SUSPECTED_GENERATED)
        return is_doubted and not self.content_producer and not self.produce_id

    @property
    def is_valid(self) -> bool:
        """Whether every value keeps Annex E."""
        return not self.faults()

    def require_valid(self) -> None:
        """Raise ``ValueError`` naming every fault unless the label ``is_valid``."""
        if faults := self.faults():
            raise ValueError(f"expected a label after GB 45438-2025 Annex E, found {', '.join(faults)}")


def _value_faults(name: str, value: str) -> list[str]:
    faults = []
    if not value:
        faults.append(f"empty:{name}")
    if _ALLOWED.fullmatch(value) is None:
        faults.append(f"bad_characters:{name}")
    if len(value) > (LONGEST_RESERVED_CODE if name in OPTIONAL_NAMES else LONGEST_VALUE):
        faults.append(f"too_long:{name}")
    return faults
