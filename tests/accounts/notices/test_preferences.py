"""How somebody is mailed …"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from accounts.notices.preferences import preferences_of
from accounts.users.models import User
from accounts.users.services import publish_agreement

FORM = {
    "email": "cleo@example.com",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
    "agreement": "on",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "language"), [("zh-CN,zh;q=0.9", "zh-hans"), ("en", "en")])
def test_it_is_at_first_the_language_of_the_sign_up(client: Client, asked: str, language: str) -> None:
    publish_agreement()
    client.post("/accounts/signup/", FORM, headers={"Accept-Language": asked})
    assert preferences_of(User.objects.get()).language == language


def test_it_is_the_language_of_the_site_for_those_who_chose_none(user: User) -> None:
    assert preferences_of(user).language == settings.LANGUAGE_CODE
