"""The token of a form and the secret code of a case.

The code follows from the token under a key of this installation: whoever sends a form twice and sees only the second
answer still learns it, although the database holds no more than keyed digests of both.
"""

from __future__ import annotations

import hmac
import secrets

from accounts.vault.blind_index import blind_index
from marking.desk.cases.models import Case
from marking.works import numbers

TOKEN_BYTES = 16


def new_token() -> str:
    """A random name for one form, by which it is known when it comes twice: 32 hexadecimal digits."""
    return secrets.token_hex(TOKEN_BYTES)


def token_index(token: str) -> bytes:
    """The 32 bytes by which the database knows a token."""
    return blind_index("case token index", token)


def code_of(token: str) -> str:
    """The secret code of the case that a form with ``token`` files: 48 bits, written as a work's number."""
    return numbers.write(int.from_bytes(blind_index("case code", token)[:6], "big") or 1)


def code_index(number: int, code: str) -> bytes:
    """The 32 bytes by which the database knows the code of case ``number``."""
    return blind_index("case code index", f"{number}:{code}")


def opens(case: Case | None, number: int, code: str) -> bool:
    """Whether ``code``, as somebody typed it, belongs to ``case``. Without a case, the same steps and False."""
    try:
        found = code_index(number, numbers.write(numbers.read(code.strip())))
    except ValueError:
        return False
    return hmac.compare_digest(found, bytes(case.code_index) if case else bytes(len(found)))
