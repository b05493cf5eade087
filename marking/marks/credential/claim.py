"""What a credential says: the manifest definition (C2PA Technical Specification 2.2, chapters 10 and 18)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marking.marks.implicit_label import SourceType

TC260_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
ACTIONS = "c2pa.actions.v2"
SOFT_BINDING = "c2pa.soft-binding"
METADATA = "cawg.metadata"
WATERMARK_SUFFIX = ".yinji.watermark"
CONSENT_SUFFIX = ".yinji.consent"
"""Own assertions begin with the site's name turned round, as C2PA 2.2, 6.2 wants it of those it doesn't define."""

FINGERPRINT_ALGORITHM = "io.iscc.v0"
"""ISO 24138, as the C2PA soft binding algorithm list names it. Our watermark is not on that list, and a soft binding
by an algorithm that is not makes newer readers call the whole credential invalid."""


@dataclass(frozen=True)
class Claim:
    """What is said of one file.

    ``site``: host name of the site that says it; ``work``: the work's ten characters; ``tool`` and ``tool_version``: the
    generator, as its user declared it; ``label``: the JSON of the metadata label; ``watermark``: name of the watermark's scheme;
    ``fingerprint``: the ISCC image code; ``has_visible_label``: whether one was drawn; ``consents``: receipts of the people depicted;
    ``made_from``: the ten characters of the work that was edited; empty for none.
    """

    site: str
    work: str
    tool: str
    tool_version: str
    source_type: SourceType
    label: str
    watermark: str
    fingerprint: str
    has_visible_label: bool = True
    consents: tuple[str, ...] = ()
    made_from: str = ""

    def definition(self, *, has_parent: bool) -> Mapping[str, Any]:
        """Return the manifest definition that the library signs.

        With a parent (a file that brought credentials of its own) the work was edited here, else it was created by the
        generator; the library puts the parent's opening before the other actions.
        """
        return {
            "claim_generator_info": [{"name": "Yinji"}],
            "assertions": [
                _assertion(ACTIONS, {"actions": self._actions(has_parent), "allActionsIncluded": True}),
                _assertion(SOFT_BINDING, _soft_binding(self.fingerprint)),
                _label_assertion(self.label),
                _assertion(self._own(WATERMARK_SUFFIX), self._watermarked()),
                *self._consent_assertions(),
            ],
        }

    def _actions(self, has_parent: bool) -> list[Mapping[str, Any]]:
        generator = {"name": self.tool} | ({"version": self.tool_version} if self.tool_version else {})
        made = {
            "action": "c2pa.edited" if has_parent else "c2pa.created",
            "digitalSourceType": self.source_type.value,
            "softwareAgent": generator,
        }
        marked = {"softwareAgent": {"name": "Yinji"}}
        drawn = [{"action": "c2pa.edited", "description": "A visible label was drawn.", **marked}]
        # "Bound" would want a soft binding of the watermark, whose algorithm the list doesn't have.
        watermarked = {"action": "c2pa.watermarked.unbound", **marked}
        return [made, *(drawn if self.has_visible_label else []), watermarked]

    def _watermarked(self) -> Mapping[str, Any]:
        named = {"alg": self.watermark, "work": self.work}
        return named | {"made_from": self.made_from} if self.made_from else named

    def _consent_assertions(self) -> list[Mapping[str, Any]]:
        return (
            [_assertion(self._own(CONSENT_SUFFIX), {"receipts": list(self.consents)})]
            if self.consents
            else []
        )

    def _own(self, suffix: str) -> str:
        return reversed_name(self.site) + suffix


@dataclass(frozen=True)
class Passing:
    """What a distributor says of a file whose metadata alone it wrote: ``label`` is the JSON of the metadata label."""

    label: str

    def definition(self, *, has_parent: bool) -> Mapping[str, Any]:
        """Return the manifest definition. Such a file always has a parent, the one that came in."""
        action = {"action": "c2pa.edited.metadata", "softwareAgent": {"name": "Yinji"}}
        return {
            "claim_generator_info": [{"name": "Yinji"}],
            "assertions": [
                _assertion(ACTIONS, {"actions": [action], "allActionsIncluded": True}),
                _label_assertion(self.label),
            ],
        }


def reversed_name(host: str) -> str:
    """Return a host's name with its parts turned round, such as ``cn.example.marks``; ``local`` for an address."""
    parts = host.lower().split(".")
    is_name = all(re.fullmatch(r"[a-z0-9-]{1,63}", part) for part in parts) and not parts[-1].isdecimal()
    return ".".join(reversed(parts)) if is_name else "local"


def _assertion(label: str, data: Mapping[str, Any], **more: str) -> Mapping[str, Any]:
    return {"label": label, "data": data, **more}


def _label_assertion(label: str) -> Mapping[str, Any]:
    return _assertion(METADATA, {"@context": {"TC260": TC260_NAMESPACE}, "TC260:AIGC": label}, kind="Json")


def _soft_binding(fingerprint: str) -> Mapping[str, Any]:
    return {"alg": FINGERPRINT_ALGORITHM, "blocks": [{"scope": {}, "value": fingerprint}]}
