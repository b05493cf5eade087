"""The JSON interface, assembled: ``/api/v1/``."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="Yinji", version="1", openapi_url="openapi.json", docs_url=None)
