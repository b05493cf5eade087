"""The part of allauth's OAuth provider that is offered: tokens by client credentials, and their revocation."""

from __future__ import annotations

from allauth.idp.oidc import views as provider
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.access.declare import public
from accounts.api.tokens import SCOPES


@public
@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """What the provider offers and where (RFC 8414)."""
    return JsonResponse(
        {
            "issuer": settings.SITE_URL,
            "token_endpoint": settings.SITE_URL + reverse("provider:token"),
            "revocation_endpoint": settings.SITE_URL + reverse("provider:revoke"),
            "scopes_supported": list(SCOPES),
            "response_types_supported": [],
            "grant_types_supported": [Client.GrantType.CLIENT_CREDENTIALS.value],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )


@public
@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """Give a client a token for its secret (RFC 6749 section 4.4)."""
    if request.POST.get("grant_type") != Client.GrantType.CLIENT_CREDENTIALS:
        return JsonResponse({"error": "unsupported_grant_type"}, status=400)
    if "resource" in request.POST:
        # RFC 8707. Tokens are for this site alone; allauth breaks on a resource that is no address.
        return JsonResponse({"error": "invalid_target"}, status=400)
    answer: HttpResponseBase = provider.token(request)
    return answer


@public
@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponseBase:
    """End a token before its time (RFC 7009)."""
    answer: HttpResponseBase = provider.revoke(request)
    return answer
