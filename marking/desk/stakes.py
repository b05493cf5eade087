"""Making known who has a stake in what the desk decides."""

from __future__ import annotations

from accounts.proposals import stakes
from marking.desk.cases.stakes import of_case, of_work
from marking.desk.measures.stakes import of_measure
from marking.desk.refutations.stakes import of_refutation


def register() -> None:
    """Let the room of stakes know works, cases, measures and notes."""
    stakes.register("work", of_work)
    stakes.register("case", of_case)
    stakes.register("measure", of_measure)
    stakes.register("refutation", of_refutation)
