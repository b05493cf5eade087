"""Writing one ZIP of everything that the rooms hold about a person, with a page to read it by in both languages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from accounts.own_data.rooms import Part, all_rooms

if TYPE_CHECKING:
    from accounts.users.models import User

FORMAT = "yinji-own-data-1"


def write(user: User, target: IO[bytes], now: datetime, on_room: Callable[[int, int], None]) -> None:
    """Write everything held about ``user`` into ``target``. ``on_room``: called with how many rooms are done, of how many."""
    rooms = all_rooms()
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for done, room in enumerate(rooms):
            on_room(done, len(rooms))
            names = [_add(package, room.folder, part) for part in room.collect(user)]
            listed.append({"room": room, "files": names})
        for language, _name in settings.LANGUAGES:
            package.writestr(f"index.{language}.html", _index(user, listed, now, language))
        facts = {
            "format": FORMAT,
            "producer_id": user.producer_id,
            "made_at": now,
            "rooms": [each.folder for each in rooms],
        }
        package.writestr("about.json", _json(facts))
    on_room(len(rooms), len(rooms))


def _add(package: zipfile.ZipFile, folder: str, part: Part) -> str:
    is_file = isinstance(part.content, bytes)
    name = f"{folder}/{part.name}" if is_file else f"{folder}/{part.name}.json"
    package.writestr(name, part.content if is_file else _json(part.content))
    return name


def _json(content: Any) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _index(user: User, listed: list[dict[str, Any]], now: datetime, language: str) -> str:
    context = {"user": user, "rooms": listed, "made_at": now, "language": language, "site": settings.SITE_URL}
    with translation.override(language):
        return render_to_string("accounts/own_data/index.html", context)
