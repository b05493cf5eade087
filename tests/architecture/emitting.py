"""Which functions of the product change the database, and which of them write a record: read from the source, never run.

A call is followed by name into functions of the product; what a signal's listener does is not seen. Names that several modules share are
kept apart by their imports.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG = "accounts.records.log.append"
WRITES = {
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "save",
    "update",
}
SKIPPED = {"migrations", "management", "verification", "marks", "media", "comparison", "bmff", "faces_model"}


@dataclass
class Function:
    """A function of the product: its full name, its body, and the names of its module."""

    name: str
    node: ast.FunctionDef
    names: dict[str, str]

    @property
    def is_public(self) -> bool:
        return not self.node.name.startswith("_")

    @cached_property
    def targets(self) -> frozenset[str]:
        """The full names of what it calls."""
        return frozenset(self.target(call) for call in calls(self.node)) - {""}

    @cached_property
    def writes(self) -> bool:
        """Whether it changes rows itself."""
        return any(map(is_write, calls(self.node)))

    def target(self, call: ast.Call) -> str:
        """The full name of what ``call`` calls; empty where it is none of the product's."""
        match call.func:
            case ast.Name(id=name):
                return self.names.get(name, "")
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return f"{self.names.get(module, '')}.{name}"
        return ""


class Without(ast.NodeTransformer):
    """Takes out the statement that stands where another one stands."""

    def __init__(self, statement: ast.Expr) -> None:
        self.place = statement.lineno, statement.col_offset

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:  # the name that ast asks for
        return ast.Pass() if (node.lineno, node.col_offset) == self.place else node


@dataclass
class Program:
    """All functions, and what of them writes and records."""

    functions: dict[str, Function] = field(default_factory=dict)

    @cached_property
    def recording(self) -> set[str]:
        """Functions from which the log is reached."""
        return self._reaching({LOG})

    @cached_property
    def writing(self) -> set[str]:
        """Functions from which the database is changed."""
        return self._reaching({name for name, each in self.functions.items() if each.writes})

    @cached_property
    def callers(self) -> dict[str, set[str]]:
        """Who calls each function."""
        found: dict[str, set[str]] = {}
        for name, each in self.functions.items():
            for target in each.targets:
                found.setdefault(target, set()).add(name)
        return found

    def without(self, name: str, statement: ast.Expr) -> Program:
        """The same product with one statement of one function taken out."""
        old = self.functions[name]
        node = Without(statement).visit(copy.deepcopy(old.node))
        return Program({**self.functions, name: Function(name, node, old.names)})

    def _reaching(self, ends: set[str]) -> set[str]:
        found, waiting = set(ends), list(ends)
        while waiting:
            more = self.callers.get(waiting.pop(), set()) - found
            found |= more
            waiting += more
        return found

    def records(self, node: ast.AST, function: Function) -> bool:
        """Whether something in ``node`` reaches the log."""
        return any(function.target(call) in self.recording for call in calls(node))

    def changes(self, node: ast.AST, function: Function) -> bool:
        """Whether something in ``node`` changes the database past the log: itself, or by a function that records nothing of it."""
        return any(
            is_write(call) or function.target(call) in self.writing - self.recording for call in calls(node)
        )


def read(root: Path = ROOT) -> Program:
    """The product as it lies on the disk."""
    program = Program()
    for room in ("accounts", "consent", "marking"):
        for path in sorted((root / room).rglob("*.py")):
            if not SKIPPED & set(path.relative_to(root).parts):
                add(
                    program,
                    ".".join(path.relative_to(root).with_suffix("").parts),
                    ast.parse(path.read_text()),
                )
    return program


def add(program: Program, module: str, tree: ast.Module) -> None:
    """Add the functions of one module."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    names |= {node.name: f"{module}.{node.name}" for node in own}
    for node in own:
        program.functions[f"{module}.{node.name}"] = Function(f"{module}.{node.name}", node, names)


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call in ``node``."""
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def is_write(call: ast.Call) -> bool:
    """Whether a call changes rows, by its name and its arguments: dictionaries and hashes have an ``update`` as well."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    written = ast.unparse(call.func.value)
    if call.func.attr == "update":
        return bool(call.keywords)
    if call.func.attr in {"delete", "save"}:
        return "storage" not in written and not call.args
    return "objects" in written or call.func.attr.startswith(("bulk", "get_or", "update_or"))


def unrecorded(program: Program, function: Function) -> list[int]:
    """The lines of ``function`` that change the database where no record is written beside them.

    Beside: in the same block, anywhere in it; or in a block around it, but not in another branch.
    """
    return list(_unrecorded(program, function, function.node.body, is_covered=False))


def _unrecorded(
    program: Program, function: Function, block: list[ast.stmt], *, is_covered: bool
) -> Iterator[int]:
    for statement in block:
        inner = [each for each in _blocks(statement) if each]
        own = [other for other in block if other is not statement]
        beside = is_covered or any(program.records(other, function) for other in own)
        head = _head(statement)
        in_it = any(program.records(each, function) for nested in inner for each in nested) or (
            program.records(head, function)
        )
        if program.changes(head, function) and not (beside or in_it):
            yield statement.lineno
        for nested in inner:
            yield from _unrecorded(
                program, function, nested, is_covered=beside or program.records(head, function)
            )


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        yield handler.body


def _head(statement: ast.stmt) -> ast.AST:
    """What of ``statement`` stands outside of its blocks."""
    if not any(_blocks(statement)):
        return statement
    parts: list[ast.expr] = []
    for name in ("test", "iter", "subject"):
        if isinstance(part := getattr(statement, name, None), ast.expr):
            parts.append(part)
    parts += [each.context_expr for each in getattr(statement, "items", [])]
    return ast.Tuple(elts=parts, ctx=ast.Load())
