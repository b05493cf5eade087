"""What an uploader declares about a work. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consent.scope import Element


class Kind(StrEnum):
    """Kinds of synthesis: the five classes of Deep Synthesis Provisions Art. 17(1), and the rest."""

    DIALOGUE = "dialogue"
    VOICE = "voice"
    FACE = "face"
    SCENE = "scene"
    CONTENT = "content"
    OTHER = "other"


class Depicts(StrEnum):
    """Whether a real person's face or voice is in the work."""

    NOBODY = "nobody"
    FACE = "face"
    VOICE = "voice"
    FACE_AND_VOICE = "face_and_voice"

    @property
    def needs_consent(self) -> bool:
        """Whether a depicted person has to agree (Deep Synthesis Provisions Art. 14)."""
        return self is not Depicts.NOBODY

    @property
    def elements(self) -> frozenset[Element]:
        """What of a real person is in it, at the least."""
        return frozenset(each for each in (Element.FACE, Element.VOICE) if each.value in self.value)


@dataclass(frozen=True)
class Declaration:
    """The uploader's statement (Labelling Measures Art. 10)."""

    tool: str
    tool_version: str
    kind: Kind
    depicts: Depicts
