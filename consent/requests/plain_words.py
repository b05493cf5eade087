"""Words of a requester that a person gets to read: themes, channels, names. Pure.

There is no message from one to the other, since it could threaten, press or mislead. What little can be typed leads
nowhere: no address, no number to call.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Characters of one theme or name."""
MOST = 20
"""Themes or names of one scope."""
_LEADS_SOMEWHERE = re.compile(r"@|://|\bwww\.|\b[\w-]+\.(?:[a-z]{2,})\b|(?:\d[\s().+-]*){7,}", re.IGNORECASE)
_CHANNEL = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def is_plain(text: str) -> bool:
    """Tell whether ``text`` has 1 to 200 visible characters and holds no link, e-mail address or telephone number."""
    is_visible = all(unicodedata.category(character)[0] != "C" for character in text)
    return 1 <= len(text.strip()) <= LONGEST and is_visible and not _LEADS_SOMEWHERE.search(text)


def is_channel(text: str) -> bool:
    """Tell whether ``text`` names where something is published: a domain name in lower case, or ``*`` for anywhere."""
    return text == "*" or (len(text) <= 253 and _CHANNEL.fullmatch(text) is not None)
