"""What an uploader declares about a work. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from accounts.sanctions.states import Function
from consent.scope import Element
from marking.faces import Answer


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
    def has_face(self) -> bool:
        """Whether a real person's face is declared."""
        return self in (Depicts.FACE, Depicts.FACE_AND_VOICE)

    def with_face(self) -> Depicts:
        """The same with a real person's face."""
        return Depicts.FACE_AND_VOICE if self in (Depicts.VOICE, Depicts.FACE_AND_VOICE) else Depicts.FACE

    @property
    def elements(self) -> frozenset[Element]:
        """What of a real person is in it, at the least."""
        return frozenset(each for each in (Element.FACE, Element.VOICE) if each.value in self.value)


@dataclass(frozen=True)
class Declaration:
    """The uploader's statement (Labelling Measures Art. 10).

    ``faces_are_synthetic``: every face in the file, that is, and the uploader knows none of them. It contradicts a declared face.
    ``parameters``: what it was generated from, such as prompt and seed, in the uploader's words; empty where nothing was said. They are committed
    to (:mod:`marking.works.parameters`) and kept nowhere.
    """

    tool: str
    tool_version: str
    kind: Kind
    depicts: Depicts
    faces_are_synthetic: bool = False
    parameters: str = ""

    @property
    def contradicts_itself(self) -> bool:
        """Whether a real person's face and none are declared at once."""
        return self.faces_are_synthetic and self.depicts.has_face

    @property
    def functions(self) -> frozenset[Function]:
        """What an account does that submits, marks and releases it."""
        shown = self.depicts.elements
        has_face = self.kind is Kind.FACE or Element.FACE in shown
        has_voice = self.kind is Kind.VOICE or Element.VOICE in shown
        edits = {Function.FACE_EDIT: has_face, Function.VOICE_EDIT: has_voice}
        return frozenset(
            {Function.GENERATE, Function.PUBLISH, *(each for each, is_so in edits.items() if is_so)}
        )

    def says_of_each(self, found: int) -> Answer | None:
        """What was said beforehand of every one of ``found`` faces, 1 or more; None where each has to be asked about.

        One face is the declared one. Of several, nobody said which.
        """
        if self.faces_are_synthetic:
            return Answer.SYNTHETIC
        return Answer.REAL_PERSON if self.depicts.has_face and found == 1 else None
