"""Keys of receipts, beside what RFC 8037 prints of one."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from consent.receipts.signing_key import SigningKey, base64url, key_set
from tests.consent.receipts.examples import KEY, OTHER_KEY

SECRET = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
"""RFC 8037 Appendix A.1."""


def test_it_is_the_key_of_the_rfc() -> None:
    key = SigningKey(SECRET, None)
    assert base64url(key.public) == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    assert base64url(key.sign(message)) == expected


def test_it_reads_what_it_writes() -> None:
    new = SigningKey.new()
    assert SigningKey.read(new.write()) == new
    assert SigningKey.read(SigningKey(SECRET, None).write()) == SigningKey(SECRET, None)
    assert SigningKey.read(KEY.write()).since == date(2026, 11, 1)


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "00" * 33, " 00" * 32, "00" * 32 + " yesterday"])
def test_it_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        SigningKey.read(text)


def test_it_keeps_the_secret_out_of_its_text_and_of_what_is_published() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert set(key_set([KEY])["keys"][0]) == {"kty", "crv", "x", "kid", "use", "alg", "nbf"}  # type: ignore[index,arg-type,call-overload]


def test_an_older_key_ends_with_the_day_on_which_the_next_began() -> None:
    newest = SigningKey(OTHER_KEY.secret, date(2026, 12, 1))
    first, second, third = key_set([newest, KEY, SigningKey(SECRET, None)])["keys"]  # type: ignore[misc]
    assert "exp" not in first
    assert second["exp"] - first["nbf"] == 86400  # type: ignore[index,call-overload]
    assert third["exp"] - second["nbf"] == 86400  # type: ignore[index,call-overload]
    assert "nbf" not in third
