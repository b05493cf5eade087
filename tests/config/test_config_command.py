from __future__ import annotations

import json
from io import StringIO

from django.core.management import call_command

from config.environment import VARIABLES


def _config(**options: bool) -> str:
    written = StringIO()
    call_command("config", stdout=written, **options)
    return written.getvalue()


def test_it_lists_every_variable_with_its_meaning() -> None:
    text = _config()
    for variable in VARIABLES:
        assert f"{variable.name}=" in text
        assert variable.meaning in text


def test_it_answers_with_one_json_object() -> None:
    assert set(json.loads(_config(json=True))) == {variable.name for variable in VARIABLES}


def test_it_writes_the_page_of_the_documentation() -> None:
    assert _config(markdown=True).count("| `") >= len(VARIABLES)
