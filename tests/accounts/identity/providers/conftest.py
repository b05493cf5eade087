"""The adapters of outside providers beside their fake servers, which start once."""

from __future__ import annotations

import pytest

from .asked_adapters import NAMES, Adapter, Visited, fresh


@pytest.fixture(params=NAMES)
def adapter(request: pytest.FixtureRequest, running: dict[str, Adapter]) -> Adapter:
    """One adapter whose server has heard nothing yet and is well."""
    return fresh(running[request.param])


@pytest.fixture(params=["oidc", "result-only"])
def visited(request: pytest.FixtureRequest, running: dict[str, Adapter]) -> Visited:
    """One that people go to themselves."""
    found = fresh(running[request.param])
    assert isinstance(found, Visited)
    return found
