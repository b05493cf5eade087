"""All addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from config import health, language
from config.api import api

urlpatterns = [
    path("", include("marking.verification.urls")),
    path("works/", include("marking.works.urls")),
    path("works/", include("marking.unlabelled.urls")),
    path("w/", include("marking.works.certificate_urls")),
    path("receipts/", include("consent.receipts.urls")),
    path("complaints/", include("marking.desk.urls")),
    path("me/", include("accounts.users.urls")),
    path("me/identity/", include("accounts.identity.urls")),
    path("me/api/", include("accounts.api.urls")),
    path("desk/identity/", include("accounts.identity.review_urls")),
    path("desk/cases/", include("marking.desk.case_urls")),
    path("desk/records/", include("accounts.records.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.api.provider_urls")),
    path("api/v1/", api.urls),
    path("language", language.choose, name="language"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
