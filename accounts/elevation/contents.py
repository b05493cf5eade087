"""Sealing and opening what a request says, and what the keeper opened for it, each bound to its own row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.elevation.document import Asked, read, write
from accounts.elevation.keeper import Field
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.vault.wrapped_key import new_wrapped_key, seal_under, unseal_under


@dataclass(frozen=True)
class Content:
    """What was asked: the document in its canonical form, and its text by locale."""

    document: bytes
    texts: Mapping[str, str]

    @property
    def asked(self) -> Asked:
        """The document as it reads. Raises :class:`~accounts.elevation.document.DocumentInvalid`."""
        return read(self.document)


def seal_content(elevation: Elevation, asked: Asked, texts: Mapping[str, str]) -> None:
    """Give a request a key of its own, and put what it says into it, sealed."""
    said = json.dumps({"document": write(asked).decode(), "texts": dict(texts)}, ensure_ascii=False)
    elevation.wrapped_key = new_wrapped_key()
    elevation.content = seal_under(elevation.wrapped_key, said, context=_place(elevation))


def content_of(elevation: Elevation) -> Content:
    """What a request says. Raises :class:`~accounts.vault.wrapped_key.Erased` and :class:`~accounts.vault.wrapped_key.Damaged`."""
    said = json.loads(
        unseal_under(elevation.wrapped_key, elevation.content or b"", context=_place(elevation))
    )
    return Content(said["document"].encode(), said["texts"])


def seal_values(window_key: bytes, concerned: ConcernedPerson, values: Mapping[Field, str]) -> bytes:
    """What was opened of one person, sealed under the key of the request's window."""
    said = json.dumps({field.value: value for field, value in values.items()}, ensure_ascii=False)
    return seal_under(window_key, said, context=_values_place(concerned))


def values_of(elevation: Elevation, concerned: ConcernedPerson) -> dict[Field, str]:
    """What was opened of one person, empty where nothing was held. Raises as :func:`content_of` does."""
    if concerned.sealed is None:
        return {}
    sealed = unseal_under(elevation.window_key, concerned.sealed, context=_values_place(concerned))
    said = json.loads(sealed)
    return {Field(name): value for name, value in said.items()}


def _place(elevation: Elevation) -> str:
    return f"elevation.content:{elevation.reference}"


def _values_place(concerned: ConcernedPerson) -> str:
    return f"elevation.values:{concerned.pk}"
