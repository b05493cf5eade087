"""The tables of works and of the desk whose changes of state owe a record."""

from __future__ import annotations

from accounts.records import owing
from accounts.records.owing import alike, uuid_subject


def register_all() -> None:
    """Let no work, copy without its visible label, measure, case, appeal or refutation change its state unrecorded."""
    from marking.works.states import RECORDED

    for debtor in (
        alike("marking_work", _numbered("work", "number"), states=tuple(sorted(RECORDED))),
        alike("marking_unlabelledcopy", _numbered("work", "work_id"), states=("expired", "failed", "ready")),
        alike("marking_measure", _numbered("work", "work_id"), columns=("lifted_at",)),
        alike("marking_case", _numbered("case", "number")),
        uuid_subject("marking_appeal", "appeal", "id"),
        uuid_subject("marking_refutationversion", "refutation", "refutation_id"),
    ):
        owing.register(debtor)


def _numbered(kind: str, column: str) -> str:
    from marking.works import numbers

    return f"'{kind}:' || {numbers.sql(f'NEW.{column}')}"
