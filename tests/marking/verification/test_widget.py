"""The page of the element for other sites …"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from marking.verification.tamper_map import REGIONS, WHOLE
from marking.verification.widget import SCRIPT

pytestmark = pytest.mark.django_db


def test_it_gives_lines_to_copy_and_the_element_itself(client: Client) -> None:
    response = client.get("/widget")
    page = response.content.decode()
    assert response.status_code == 200
    assert f"&lt;script src=&quot;{settings.SITE_URL}/static/{SCRIPT}&quot;".replace("&quot;", '"') in page
    assert "&lt;yinji-check&gt;" in page
    assert "<yinji-check>" in page
    assert f'action="{settings.SITE_URL}/"' in page
    assert not response.cookies


def test_its_script_has_an_address_that_never_changes() -> None:
    assert finders.find(SCRIPT) is not None


def test_every_page_leads_to_it(client: Client) -> None:
    assert 'href="/widget"' in client.get("/").content.decode()


def test_its_script_has_words_for_every_state_and_every_change_in_both_languages() -> None:
    path = finders.find(SCRIPT)
    assert isinstance(path, str)
    script = Path(path).read_text()
    for code in ("intact", "altered", "marks_removed", *REGIONS, *WHOLE):
        assert script.count(f"        {code}: ") == 2
    assert script.count("conflict: ") == 2
