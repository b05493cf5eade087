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
"""Themes and names, and channels, of one scope."""
LONGEST_NAME = 40
"""Characters of one name of a person or organisation."""
LONGEST_HOST = 60
_PLATFORMS = "bilibili douyin facebook instagram kuaishou linkedin tiktok toutiao wechat weibo x xiaohongshu youku youtube zhihu"
PLATFORMS = frozenset(_PLATFORMS.split())
"""Channels that people know by a word."""
_LEADS_SOMEWHERE = re.compile(r"@|://|\bwww\.|\b[\w-]+\.(?:[a-z]{2,})\b|(?:\d[\s().+-]*){7,}", re.IGNORECASE)
_HOST = re.compile(r"(?:(?:xn--)?[a-z0-9]+(?:-[a-z0-9]+){0,2}\.){1,4}(?:[a-z]{2,24}|xn--[a-z0-9]{2,20})")
_NAME_MARKS = frozenset(" -.'’·")


def is_plain(text: str) -> bool:
    """Tell whether ``text`` has 1 to 200 visible characters and holds no link, e-mail address or telephone number."""
    is_visible = all(unicodedata.category(character)[0] != "C" for character in text)
    return 1 <= len(text.strip()) <= LONGEST and is_visible and not _LEADS_SOMEWHERE.search(text)


def is_name(text: str) -> bool:
    """Tell whether ``text`` may be the name of a person or organisation.

    1 to 40 letters and marks of any script, spaces, hyphens, dots, apostrophes and middle dots, one letter at least, and no link.
    """
    kinds = {unicodedata.category(each)[0] for each in text if each not in _NAME_MARKS}
    return "L" in kinds <= {"L", "M"} and len(text) <= LONGEST_NAME and is_plain(text)


def is_channel(text: str) -> bool:
    """Tell whether ``text`` names where something is published: ``*`` for anywhere, a known platform, or a host name.

    A host name is in lower case, of at most 60 characters, five labels, and two hyphens in each: room for a place, not for a sentence.
    """
    if text == "*" or text in PLATFORMS:
        return True
    return len(text) <= LONGEST_HOST and _HOST.fullmatch(text) is not None


def are_channels(texts: frozenset[str]) -> bool:
    """Tell whether ``texts`` are at most 20 channels, or ``*`` alone."""
    is_clear = "*" not in texts or len(texts) == 1
    return is_clear and len(texts) <= MOST and all(map(is_channel, texts))
