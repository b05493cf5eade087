"""False alarms as a table, beside what is allowed."""

from collections.abc import Sequence

from tests.benchmarks.watermark.false_alarms import BOUND_BY_DESIGN, LIMIT, Call, upper_limit
from tests.benchmarks.watermark.table import table


def report(calls: Sequence[Call]) -> str:
    """Calls, answers, and the rate that they leave possible; then every alarm by name."""
    kinds = dict.fromkeys(call.kind for call in calls)
    rows = [_row(kind, [call for call in calls if call.kind == kind]) for kind in kinds]
    lines = [
        table(["pictures", "calls", "answers", "rate, 95 % upper limit"], [*rows, _row("together", calls)]),
        f"By design at most {BOUND_BY_DESIGN:.1e} for each call and key, where {LIMIT:.0e} is allowed.",
    ]
    alarms = [call for call in calls if call.answer is not None]
    if alarms:
        lines.append(
            table(["alarm", "attack", "kind"], [[each.picture, each.attack, each.kind] for each in alarms])
        )
    return "\n\n".join(lines)


def _row(kind: str, calls: Sequence[Call]) -> list[str]:
    alarms = sum(call.answer is not None for call in calls)
    return [kind, str(len(calls)), str(alarms), f"{upper_limit(alarms, len(calls)):.1e}"]
