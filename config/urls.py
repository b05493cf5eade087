"""All addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from config import health, language
from config.api import api

urlpatterns = [
    path("", include("marking.verification.urls")),
    path("works/", include("marking.works.urls")),
    path("works/", include("marking.unlabelled.urls")),
    path("works/", include("marking.consenting.urls")),
    path("w/", include("marking.works.certificate_urls")),
    path("v/", include("marking.consenting.status_urls")),
    path("receipts/", include("consent.receipts.urls")),
    path("complaints/", include("marking.desk.urls")),
    path("consent/requests/", include("consent.requests.urls")),
    path("c/out/", include("consent.contacts.urls")),
    path("me/", include("accounts.users.urls")),
    path("me/notices/", include("accounts.notices.urls")),
    path("me/webhooks/", include("accounts.notices.webhooks.urls")),
    path("me/identity/", include("accounts.identity.urls")),
    path("me/likeness/uses/", include("marking.consenting.preview_urls")),
    path("me/likeness/requests/", include("consent.answers.own_urls")),
    path("c/", include("consent.answers.urls")),
    path("me/api/", include("accounts.api.urls")),
    path("me/children/", include("accounts.guardians.urls")),
    path("me/likeness/statements/", include("consent.statements.urls")),
    path("me/likeness/", include("consent.likeness.urls")),
    path("desk/identity/", include("accounts.identity.review_urls")),
    path("desk/guardians/", include("accounts.guardians.review_urls")),
    path("desk/statements/", include("consent.statements.review_urls")),
    path("desk/cases/", include("marking.desk.case_urls")),
    path("desk/records/", include("accounts.records.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.api.provider_urls")),
    path("api/v1/", api.urls),
    path("log/", include("accounts.records.tile_urls")),
    path("language", language.choose, name="language"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
