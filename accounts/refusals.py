"""How a service says no."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is understood and not granted.

    ``code`` is stable and meant for machines; ``sentence`` is meant for the person and says what was
    expected and what was found. Pages show the sentence, the API answers with both (RFC 9457).
    """

    def __init__(self, code: str, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.status = status
