from __future__ import annotations

from typing import Any

import pytest

from accounts.access.declare import PER_OPERATION, PUBLIC, SIGNED_IN, STAFF
from accounts.access.permissions import Permission
from accounts.api.problems import MEDIA_TYPE, PROBLEMS
from accounts.identity.decorators import VERIFIED
from config.api import api

from .addresses import THIRD_PARTY, addresses

ACCESSES = {PUBLIC, SIGNED_IN, VERIFIED, PER_OPERATION, STAFF, *(permission.key for permission in Permission)}

# Operations that anybody may call without a token, and why.
PUBLIC_OPERATIONS = {
    ("get", "/api/v1/about"): "what the site says of itself is public",
    ("get", "/api/v1/certificates/{code}"): "certificates are public",
    ("post", "/api/v1/verifications"): "anybody may check a file",
    ("post", "/api/v1/verifications/batch"): "anybody may check files",
    ("post", "/api/v1/receipts/check"): "anybody may check a receipt that they hold",
}


def _operations() -> list[tuple[str, str, Any]]:
    paths = api.get_openapi_schema()["paths"]
    return [(method, path, details) for path, methods in paths.items() for method, details in methods.items()]


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.route or "/")
def test_every_view_says_who_may_enter(address: Any) -> None:
    assert address.is_third_party or address.access in ACCESSES


def test_the_table_of_third_parties_names_no_address_of_ours() -> None:
    for address in addresses():
        assert not (address.is_third_party and address.access)


def test_the_table_of_third_parties_is_not_longer_than_the_urlconf() -> None:
    for prefix in THIRD_PARTY:
        assert any(address.route.startswith(prefix) for address in addresses())


def test_every_operation_of_the_api_asks_for_a_token_or_is_listed_as_public() -> None:
    without_token = {(method, path) for method, path, details in _operations() if not details.get("security")}

    assert without_token == set(PUBLIC_OPERATIONS)


def test_every_operation_of_the_api_declares_its_errors() -> None:
    for method, path, details in _operations():
        for status in PROBLEMS:
            assert MEDIA_TYPE in details["responses"][status]["content"], (method, path, status)


def test_nothing_is_signed_in_by_cookie_on_the_api() -> None:
    schemes = api.get_openapi_schema()["components"]["securitySchemes"]

    assert {scheme["type"] for scheme in schemes.values()} == {"oauth2"}
