"""What pages say, and do not say."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.users.models import User


def test_it_explains_a_request_that_holds_too_much(client: Client, db: None) -> None:
    too_many = {f"field{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    response = client.post(reverse("account_login"), too_many)

    page = response.content.decode()
    assert response.status_code == 400
    assert f"at most {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files" in page
    assert f"文件最多 {settings.DATA_UPLOAD_MAX_NUMBER_FILES} 个" in page


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Two-step sign-in"), ("zh-hans", "两步验证")], ids=["English", "Chinese"]
)
def test_it_calls_two_step_sign_in_by_one_name(client: Client, user: User, language: str, name: str) -> None:
    client.force_login(user)
    for address in (reverse("me:profile"), reverse("mfa_index")):
        page = client.get(address, headers={"Accept-Language": language}).content.decode()
        assert name in page
        assert "Two-Factor" not in page
