"""The signed form of a receipt."""

from __future__ import annotations

import json

import pytest

from consent.receipts import jws
from consent.receipts.verify_offline import check, read_keys
from tests.consent.receipts.examples import KEY, document, keys_file, signed


def test_it_is_opened_again() -> None:
    assert jws.document_of(signed()) == document()


def test_the_same_is_signed_alike() -> None:
    assert signed() == signed()


def test_it_opens_nothing_but_an_object() -> None:
    with pytest.raises(ValueError, match="expected an object"):
        jws.document_of(jws.sign([], KEY))  # type: ignore[arg-type]  # what an altered row might hold


def test_the_file_says_it_twice_and_the_hash_is_of_what_is_signed() -> None:
    content = json.loads(jws.file_of(signed()))
    outcome = check(content["jws"].encode(), read_keys(keys_file()))
    assert content["document"] == outcome.document == document()
    assert content["sha256"] == outcome.sha256 == jws.digest(document())
