"""An address that was asked in a way it does not take …"""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_it_says_so_on_a_page_and_sets_no_cookie(client: Client) -> None:
    answer = client.get("/language")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes forms" in answer.content.decode()
    assert not answer.cookies


def test_it_leaves_answers_of_the_api_alone(client: Client) -> None:
    answer = client.get("/api/v1/verifications")
    assert answer.status_code == 405
    assert "<html" not in answer.content.decode()
