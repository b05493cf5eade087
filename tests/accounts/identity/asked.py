"""Settings under which the installation asks one of the fake providers."""

from __future__ import annotations

from config.environment import Environment, read

from .providers.asked_adapters import Adapter
from .providers.fake_openid import ACR
from .providers.fake_servers import KEY_ID, SECRET


def environment_of(name: str, adapter: Adapter) -> Environment:
    return read(
        {
            "YINJI_IDENTITY_PROVIDER": name,
            "YINJI_IDENTITY_URL": adapter.server.url,
            "YINJI_IDENTITY_KEY_ID": KEY_ID,
            "YINJI_IDENTITY_KEY_SECRET": SECRET,
            "YINJI_IDENTITY_ASSURANCE": ACR if name == "result-only" else "",
        }
    )
