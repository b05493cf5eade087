"""Queries that are asked at every request: put into SQL once, and asked again with other values.

Django builds the SQL of a query anew each time. That takes several times as long as SQLite takes to answer, and
where it happens inside a transaction everybody else who writes waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Value: TypeAlias = "int | str | datetime"
M = TypeVar("M", bound=Model)

_FIRST_NUMBER = 1 << 40
"""Stand-ins for numbers begin here: inside the range of every 64-bit column, and no value that a query would name itself."""


@dataclass(frozen=True)
class _Compiled:
    """``places``: of each parameter the name of the value that goes there, or None and what always stands there."""

    sql: str
    places: tuple[tuple[str | None, Any], ...]
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]


class Prepared:
    """A query of whole numbers, texts and moments, each compared with a column as it is.

    ``build`` makes it of values by name, and chooses its columns (``values_list``). Its SQL must hang on no value: none is a
    list or None. Nothing of an answer is kept.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """What the database answers now. Raises TypeError for a value of another type, ValueError for one that the query does not compare as it is."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _compile(self._build, values)
        parameters = [_adapted(values[name]) if name else fixed for name, fixed in compiled.places]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, parameters)
            found = cursor.fetchall()
        return [_converted(row, compiled) for row in found]

    def is_any(self, **values: Value) -> bool:
        """Whether there is a row. Raises as :meth:`rows` does."""
        return bool(self.rows(**values))


def instances(model: type[M], prepared: Prepared, **values: Value) -> list[M]:
    """The rows of a query for :func:`columns` of ``model``, as its objects."""
    names = columns(model)
    return [model.from_db(connection.alias, names, row) for row in prepared.rows(**values)]


def columns(model: type[Model]) -> list[str]:
    """The names of all columns of ``model``, for ``values_list``."""
    return [field.attname for field in model._meta.concrete_fields]


def _compile(build: Callable[..., QuerySet[Any, Any]], values: Mapping[str, Value]) -> _Compiled:
    stand_ins = {name: _stand_in(place, value) for place, (name, value) in enumerate(values.items())}
    compiler = build(**stand_ins).query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    names = {_adapted(stand_in): name for name, stand_in in stand_ins.items()}
    places = tuple((names.get(each), each) for each in parameters)
    if missing := values.keys() - {name for name, _ in places}:
        raise ValueError(f"expected a query that compares {sorted(missing)} with columns, found none")
    converters = compiler.get_converters([each[0] for each in compiler.select])
    return _Compiled(
        sql, places, tuple((at, tuple(made), column) for at, (made, column) in converters.items())
    )


def _stand_in(place: int, value: Value) -> Value:
    if isinstance(value, datetime):
        return datetime(1, 1, 1 + place, tzinfo=UTC)
    if isinstance(value, str):
        return f"\ue000{place}"
    if type(value) is int:  # not bool, which is one
        return _FIRST_NUMBER + place
    raise TypeError(f"expected a number, a text or a moment, found {type(value).__name__}")


def _adapted(value: Value) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _converted(row: tuple[Any, ...], compiled: _Compiled) -> tuple[Any, ...]:
    found = list(row)
    for at, made, column in compiled.converters:
        for convert in made:
            found[at] = convert(found[at], column, connection)
    return tuple(found)
