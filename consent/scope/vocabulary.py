"""The words of a grant and of a use. Pure.

Each word is a stable code: it stands in signed receipts, so that none is ever renamed or given another meaning. New words
get a new `VERSION`, and a grant of another version is not read by guessing.
"""

from __future__ import annotations

from enum import StrEnum

VERSION = "1"
"""Of this vocabulary."""


class Ladder(StrEnum):
    """Words that stand in an order, from the least to the most, as they are written down."""

    @property
    def rank(self) -> int:
        """The word's place in its order, from 0."""
        return list(type(self)).index(self)


class Element(StrEnum):
    """What of a person (Civil Code Art. 1018 for the portrait, Art. 1023 for the voice, Art. 1017 for names)."""

    FACE = "face"
    VOICE = "voice"
    BODY = "body"
    PERSONA = "persona"


class Operation(StrEnum):
    """What is done with it."""

    TEXT_TO_VIDEO = "text_to_video"
    FACE_SWAP = "face_swap"
    LIP_SYNC = "lip_sync"
    DUBBING = "dubbing"
    VOICE_CLONE = "voice_clone"
    APPEARANCE_CHANGE = "appearance_change"
    RETOUCH = "retouch"
    INTERACTIVE_AVATAR = "interactive_avatar"


class Purpose(StrEnum):
    """What for."""

    PERSONAL = "personal"
    EDITORIAL = "editorial"
    EDUCATION = "education"
    ENTERTAINMENT = "entertainment"
    RESEARCH = "research"
    COMMERCIAL = "commercial"
    ADVERTISING = "advertising"
    POLITICAL = "political"
    TRAINING = "training"


class Medium(StrEnum):
    """As what it comes out."""

    STILL = "still"
    AUDIO = "audio"
    VIDEO = "video"
    LIVE = "live"
    INTERACTIVE = "interactive"


class Audience(Ladder):
    """Who gets to see or hear it: the user alone, listed people, listed organisations, anybody."""

    PRIVATE = "private"
    NAMED = "named"
    ORGANISATION = "organisation"
    PUBLIC = "public"


class Money(Ladder):
    """What is earned: nothing, something that the person has a share of, something."""

    NONE = "none"
    SHARED = "shared"
    EARNED = "earned"


class Binding(StrEnum):
    """What the content is bound to: the purpose alone, themes, the text that is spoken, the finished file."""

    PURPOSE = "purpose"
    THEME = "theme"
    SCRIPT = "script"
    OUTPUT = "output"


class LabelStrength(Ladder):
    """How plainly it says that it is synthetic: in metadata and watermark, also visibly, also over the whole of it."""

    IMPLICIT = "implicit"
    EXPLICIT = "explicit"
    PROMINENT = "prominent"


class Withdrawal(Ladder):
    """What ends when the person withdraws: new uses, what is online, the model made of them."""

    STOP_NEW = "stop_new"
    CUT_OFF = "cut_off"
    DELETE_MODEL = "delete_model"


class Content(StrEnum):
    """Kinds of content for which there are rules of their own."""

    SEXUAL = "sexual"
    INTIMATE = "intimate"
    IDENTITY_CHECK = "identity_check"
    OFFICIAL_NEWS = "official_news"
    FORBIDDEN = "forbidden"


class Proof(Ladder):
    """How surely the person granted: somebody says so; their contact; their identity; their passkey; their spoken word."""

    CLAIMED = "claimed"
    CONTACT = "contact"
    IDENTITY = "identity"
    SIGNED = "signed"
    SPOKEN = "spoken"


class GrantState(StrEnum):
    """What became of a grant. Only an active one authorises anything."""

    PENDING_COOLING = "pending_cooling"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    INVALIDATED = "invalidated"
    SUPERSEDED = "superseded"
