from __future__ import annotations

from django.urls import path

from accounts.api import provider_views
from accounts.api.tokens import ENDPOINT

app_name = "provider"
urlpatterns = [
    path(".well-known/oauth-authorization-server", provider_views.metadata, name="metadata"),
    path(ENDPOINT.removeprefix("/"), provider_views.token, name="token"),
    path("identity/o/api/revoke", provider_views.revoke, name="revoke"),
]
