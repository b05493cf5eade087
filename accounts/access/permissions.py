"""What may be done, each with a sentence. Pure."""

from __future__ import annotations

from enum import Enum


class Permission(Enum):
    """A right beyond one's own things. Members are ``name = (key, what it allows)``."""

    REVIEW_IDENTITIES = ("review_identities", "See submitted names and documents and decide on them.")
    READ_RECORDS = ("read_records", "Read the record log's entries and check it.")
    WORK_CASES = ("work_cases", "Read complaints, answer them and close them.")
    HEAR_STATEMENTS = ("hear_statements", "Hear what people say to agree to a grave use, and decide on it.")
    ASK_ELEVATION = ("ask_elevation", "Ask to see sealed identities, which two others have to approve.")
    APPROVE_ELEVATION = ("approve_elevation", "Approve or refuse that a sealed identity is opened.")
    SEE_ELEVATIONS = ("see_elevations", "See who asked to open sealed identities, and what became of it.")
    TRACE_WORKS = ("trace_works", "Find out which work a file comes from, and whose number made it.")
    HOLD_DATA = (
        "hold_data",
        "Keep data that proceedings need, and let it go, each together with somebody else.",
    )
    IMPOSE_SANCTIONS = ("impose_sanctions", "Warn, limit, suspend and close accounts, and lift that again.")
    DECIDE_APPEALS = ("decide_appeals", "Read appeals against decisions of others and decide them.")
    REFUTE = ("refute", "Write notes that refute false information, and publish those of others.")
    SEE_OPERATIONS = ("see_operations", "See the state of queues, workers and failed works.")

    def __init__(self, key: str, allows: str) -> None:
        self.key = key
        self.allows = allows
