from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.accounts.api.sample"), pytest.mark.django_db]


@pytest.fixture
def description(client: Client) -> Any:
    return client.get("/sample/openapi.json").json()


def test_it_describes_errors_as_problem_documents(description: Any) -> None:
    responses = description["paths"]["/sample/write"]["post"]["responses"]

    for status in ("400", "401", "403", "404", "409", "413", "422", "429"):
        schema = responses[status]["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
    assert "application/json" in responses["201"]["content"]


def test_it_describes_how_to_get_a_token(description: Any) -> None:
    scheme = description["components"]["securitySchemes"]["TokenAuth"]

    assert scheme["type"] == "oauth2"
    flow = scheme["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/identity/o/api/token"
    assert set(flow["scopes"]) == {"works:read", "works:write"}


def test_it_describes_the_idempotency_key_of_posts_that_ask_for_a_token(description: Any) -> None:
    def headers(path: str, method: str) -> list[str]:
        return [
            each["name"]
            for each in description["paths"][path][method]["parameters"]
            if each["in"] == "header"
        ]

    assert headers("/sample/write", "post") == ["Idempotency-Key"]
    assert headers("/sample/read", "get") == []


def test_it_leaves_operations_that_declare_no_errors_alone(description: Any) -> None:
    assert set(description["paths"]["/sample/rare"]["get"]["responses"]) == {"200"}
