"""What may be done, each with a sentence. Pure."""

from __future__ import annotations

from enum import Enum


class Permission(Enum):
    """A right beyond one's own things. Members are ``name = (key, what it allows)``."""

    REVIEW_IDENTITIES = ("review_identities", "See submitted names and documents and decide on them.")
    READ_RECORDS = ("read_records", "Read the record log's entries and check it.")
    WORK_CASES = ("work_cases", "Read complaints, answer them and close them.")
    HEAR_STATEMENTS = ("hear_statements", "Hear what people say to agree to a grave use, and decide on it.")
    SEE_OPERATIONS = ("see_operations", "See the state of queues, workers and failed works.")

    def __init__(self, key: str, allows: str) -> None:
        self.key = key
        self.allows = allows
