from __future__ import annotations

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class OIDCAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """How allauth's provider behaves here."""
