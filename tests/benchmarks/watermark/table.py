"""Tables in Markdown."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], named: int = 1) -> str:
    """A table whose first columns, so many, hold names and whose others hold figures, set to the right."""
    rule = ["---"] * named + ["---:"] * (len(head) - named)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def number(value: float | None, digits: int) -> str:
    """A figure with so many decimals; a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}"


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 as per cent; never rounded up to 100."""
    shown = f"{100 * share:.{digits}f}"
    return f"{shown} %" if share == 1 or float(shown) < 100 else f"{100 - 10.0**-digits:.{digits}f} %"
