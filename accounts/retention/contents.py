"""What rows and files keep of people, and how long: as data. Each room registers its own.

The bodies of records are emptied by :mod:`accounts.retention.purging`; what is registered here lies beside the log. It is let go of when
the class that it belongs to lets go: the row stays with the day on which it was emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import DateTimeField, ExpressionWrapper, Q

from accounts.retention.classes import RetentionClass, class_named

if TYPE_CHECKING:
    from django.db.models import F, Model, QuerySet
    from django.db.models.expressions import Combinable

Row: TypeAlias = Any
"""An instance of a content's own model."""


@dataclass(frozen=True)
class Content:
    """What the rows of one table hold of people. The table has a column ``emptied_at``.

    ``name``: as records and documents call it; ``kept``: the class whose months count; ``blank``: the columns that are let go of, with what
    they hold from then on. ``ended_at``: when what a row is about came to its end, for the database to reckon; ``only``: rows that can
    have come to it. ``keepers``: what the record log calls all whose legal hold keeps a row. ``stays``: what the row still tells, in words
    for the documents. ``returns``: whether such a row can be filled again, or be deleted, by rights.
    """

    name: str
    kept: str
    model: type[Model]
    blank: Mapping[str, Any]
    ended_at: F | Combinable
    keepers: Callable[[Row], Iterable[str]]
    stays: str
    only: Q = field(default_factory=Q)
    joined: tuple[str, ...] = ()
    called: Callable[[Row], str] = attrgetter("log_subject")
    returns: bool = False

    @property
    def retention_class(self) -> RetentionClass:
        """The class whose months count for it."""
        return class_named(self.kept)

    def rows(self) -> QuerySet[Any]:
        """All rows, each with ``over_at``: when what it is about came to its end."""
        over_at = ExpressionWrapper(self.ended_at, output_field=DateTimeField())
        found: QuerySet[Any] = self.model._default_manager.annotate(over_at=over_at)
        return found.select_related(*self.joined).order_by("pk")

    def due(self, before: datetime) -> QuerySet[Any]:
        """Rows that are full although their time was over ``before``, in the order of their keys."""
        return self.rows().filter(self.only, emptied_at__isnull=True, over_at__lt=before)

    def empty(self, rows: list[Row], now: datetime) -> None:
        """Let go of what ``rows`` hold. Call it in a transaction, with rows that are locked."""
        keys = [each.pk for each in rows]
        self.model._default_manager.filter(pk__in=keys).update(**self.blank, emptied_at=now)


_contents: dict[str, Content] = {}


def register(*contents: Content) -> None:
    """Let the contents of a room end. Those that others depend on go first. A second call under the same name replaces the first."""
    _contents.update({each.name: each for each in contents})


def all_contents() -> list[Content]:
    """Everything registered, in the order of registration."""
    return list(_contents.values())


def as_markdown() -> str:
    """A table of what is let go of when, for ``docs/retention.md``."""
    lines = ["| content | of | let go of | class | what stays |", "|---|---|---|---|---|"]
    for each in all_contents():
        columns = ", ".join(f"`{name}`" for name in each.blank)
        lines.append(
            f"| `{each.name}` | `{each.model._meta.label}` | {columns} | `{each.kept}` | {each.stays} |"
        )
    return "\n".join(lines) + "\n"
