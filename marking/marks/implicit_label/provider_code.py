"""The provider code of TC260-PG-20252A: 27 characters composed from the unified social credit code."""

from __future__ import annotations

import re
from enum import StrEnum

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a unified social credit code, in the order of their values (GB 32100-2015)."""
USCC_MODULUS = 31
USCC_WEIGHTS = tuple(pow(3, position, USCC_MODULUS) for position in range(17))

FORMAT_CODE = "00"
ORGANISATION = "1"
BOUND_TO_USCC = "1"
UNUSED_SERVICE = "00000"
"""Service extension (characters 23-27) of a provider that does not use it."""

_USCC = re.compile(rf"[{USCC_ALPHABET}]{{18}}")
_SERVICE = re.compile(r"00000|[12][0-9A-Z]{4}")


class Service(StrEnum):
    """Character 23: what the provider does with the content."""

    GENERATION = "1"
    DISTRIBUTION = "2"


def is_uscc(code: str) -> bool:
    """Whether ``code`` is an 18-character unified social credit code with the right check character."""
    return _USCC.fullmatch(code) is not None and code[17] == _check_character(code[:17])


def _check_character(body: str) -> str:
    total = sum(
        weight * USCC_ALPHABET.index(character) for weight, character in zip(USCC_WEIGHTS, body, strict=True)
    )
    return USCC_ALPHABET[-total % USCC_MODULUS]


def provider_code(uscc: str, service: str = UNUSED_SERVICE) -> str:
    """Return the 27-character code of the organisation ``uscc``.

    ``service`` is "00000", or "1" (generation) or "2" (distribution) followed by four digits or capital letters
    that the provider chooses for a model or application. Raises ``ValueError`` for anything else, and for a wrong
    check character (GB 32100-2015).
    """
    if not is_uscc(uscc):
        raise ValueError(
            f"expected 18 characters of a social credit code with its check character, found {uscc!r}"
        )
    if _SERVICE.fullmatch(service) is None:
        raise ValueError(f"expected service 00000, or 1 or 2 and four digits or capitals, found {service!r}")
    return FORMAT_CODE + ORGANISATION + BOUND_TO_USCC + uscc + service


def service_extension(service: Service, chosen: str) -> str:
    """Return characters 23 to 27 for ``chosen``, four digits or capital letters; "00000" where it is empty."""
    return service.value + chosen if chosen else UNUSED_SERVICE


def is_provider_code(code: str) -> bool:
    """Whether ``code`` is a provider code of an organisation; other bindings are not published."""
    prefix = FORMAT_CODE + ORGANISATION + BOUND_TO_USCC
    return (
        len(code) == 27
        and code.startswith(prefix)
        and is_uscc(code[4:22])
        and _SERVICE.fullmatch(code[22:]) is not None
    )
