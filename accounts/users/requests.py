"""The type of a request behind the sign-in."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.users.models import User


class SignedInRequest(HttpRequest):
    """What a view gets that only accounts may enter."""

    user: User
