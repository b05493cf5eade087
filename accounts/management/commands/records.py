"""``manage.py records``: is the log as it was written? And what of it is handed to others."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DatabaseError
from django.utils import timezone

from accounts.records import export, requirements, rotating, shards, signing, stored, verify_tree
from accounts.records.halting import Mismatch
from accounts.records.queries import Witnessed, witnessed
from accounts.records.unseen import Way, sentence, unseen
from accounts.records.verify import Findings, Head, HeadInvalid, verify
from accounts.records.wording import SOURCES
from accounts.retention.naming import named, plain

NOT_WITNESSED = (
    "Not witnessed: nobody outside holds this head. Note it elsewhere and give it back later with --expect-head, or keep "
    "/log/checkpoint and give it back with --checkpoint."
)

RECORDS_ALONE = (
    "This covers the records alone. A value altered in another table, such as the tool or the SHA-256 of a work, is "
    "not noticed here; the body of the work's record still holds what was recorded."
)
MOST_AFFECTED = 10

CONSENTS_TOO = (
    "This covers the records, and beside them the consents, their uses and receipts, and the state and the files of works. A value altered elsewhere, such as the tool of a "
    "work, is not noticed here."
)


class Command(BaseCommand):
    """Exit status: 0 intact, 1 something was found, 2 bad use."""

    help = "Read the record log. Other tables are not compared with it."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        _add_verify(actions.add_parser("verify", help="Read every record and check it."))
        package = actions.add_parser(
            "export", help="Write the records of one work, or of a year, with their proofs."
        )
        chosen = package.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--work", metavar="ID", help="number of the work")
        chosen.add_argument(
            "--year",
            type=_year,
            metavar="YYYY",
            help="all records of a year in UTC, from which its figures are counted",
        )
        package.add_argument("--out", required=True, type=Path, metavar="ZIP")
        package.add_argument("--json", action="store_true", help="print one JSON object")
        actions.add_parser(
            "freeze",
            help="Freeze the tree that grows and open the next one now, as is done by itself when a year begins.",
        )
        actions.add_parser(
            "fields", help="Print what each kind of record has to say: the tables of docs/records.md."
        )
        actions.add_parser(
            "key",
            help="Print the log's verifier keys, newest first: under its own name, that of the shard that grows, and that of next year's.",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        actions = {
            "verify": self._verify,
            "export": self._export,
            "freeze": self._freeze,
            "key": self._key,
            "fields": self._fields,
        }
        actions[options["action"]](options)

    def _verify(self, options: dict[str, Any]) -> None:
        progress = self._show_progress if self.stderr.isatty() else None
        findings = _found(options, progress)
        state = witnessed()
        findings.witnessed = findings.is_intact and state.is_enough
        affected = verify_tree.affected(findings)
        held, ways = _invisible(findings, options)
        if options["json"]:
            said = {
                **findings.as_dict(),
                "signed": _signed(state),
                "affected": list(affected.values()),
                "held": held,
                "invisible": ways,
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            self._print(findings, state, affected, is_deep=options["deep"])
            self.stdout.write(sentence(ways, records=findings.records, held=held))
        if not findings.is_intact:
            sys.exit(1)

    def _export(self, options: dict[str, Any]) -> None:
        try:
            package = _package(options)
            options["out"].write_bytes(package.content)
        except (export.NotExportable, OSError) as error:
            raise CommandError(str(error)) from error
        said = f"{package.records} records, {package.opened} bodies opened, {package.redacted} redacted: {options['out']}"
        self.stdout.write(json.dumps(package.as_dict()) if options["json"] else said)

    def _key(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        shown = [shard.origin for shard in shards.all_shards(now) if shard.first == 1 or shard.last is None]
        for name in [*shown, signing.origin_of(f"{now.year + 1}")]:
            for key in signing.log_keys(name):
                self.stdout.write(str(key))

    def _freeze(self, options: dict[str, Any]) -> None:
        try:
            opened = rotating.rotate()
        except (rotating.NotRotated, Mismatch, OSError) as error:
            raise CommandError(f"The log goes on as it was: {error}") from error
        self.stdout.write(
            f"Frozen up to record {opened.before}. The log goes on as {opened.origin} from record {opened.first}."
        )
        self.stdout.write(f"Its key, for those who witness it: {signing.log_keys(opened.origin)[0]}")

    def _fields(self, options: dict[str, Any]) -> None:
        sentences = {source: str(sentence) for source, sentence in SOURCES.items()}
        self.stdout.write(requirements.as_markdown(sentences), ending="")

    def _show_progress(self, records: int) -> None:
        self.stderr.write(f"{records} records read …")

    def _print(self, findings: Findings, state: Witnessed, affected: Any, *, is_deep: bool) -> None:
        for finding in findings.told:
            self.stdout.write(f"record {finding.sequence}: {finding.sentence} [{finding.code}]")
        if findings.count > len(findings.told):
            self.stdout.write(f"… and {findings.count - len(findings.told)} more.")
        if findings.told:
            first = min(finding.sequence for finding in findings.told)
            self.stdout.write(f"First: record {first}. Affected: {_list(affected)}.")
        self.stdout.write(_summary(findings))
        if findings.head.sequence:
            self.stdout.write(f"Head: {findings.head}")
        self.stdout.write(CONSENTS_TOO if is_deep else RECORDS_ALONE)
        self.stdout.write(_standing(findings, state))


def _add_verify(check: CommandParser) -> None:
    how = check.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="the last thousand checkpoints and records")
    how.add_argument(
        "--bytes", action="store_true", help="hash every stored entry, tile and checkpoint; open no body"
    )
    how.add_argument(
        "--deep",
        action="store_true",
        help="read, open and check everything, and compare the consents with their records",
    )
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.add_argument(
        "--expect-head",
        type=_head,
        metavar="SEQUENCE:HASH",
        help="a head that an earlier run printed; finds what was cut off or rewritten since",
    )
    check.add_argument(
        "--checkpoint",
        type=_text,
        metavar="FILE",
        help="a signed checkpoint that somebody kept; finds what was cut off or rewritten since",
    )


def _found(options: dict[str, Any], progress: Any) -> Findings:
    """What the wanted kind of check finds. A database that cannot be read is a finding like any other."""
    findings = Findings()
    try:
        if options["quick"]:
            verify_tree.quick(findings, given=options["checkpoint"])
            return findings
        if not options["bytes"]:
            findings = verify(expected=options["expect_head"], is_deep=options["deep"], progress=progress)
        verify_tree.check_bytes(
            findings, given=options["checkpoint"], progress=progress if options["bytes"] else None
        )
    except DatabaseError as error:
        findings.add(stored.first_unreadable(), "database", f"The database cannot be read: {error}.")
    return findings


def _package(options: dict[str, Any]) -> export.Package:
    if options["year"]:
        return export.package_of_year(options["year"])
    return export.package(subject=_work(options["work"]))


def _work(text: str) -> str:
    """What the log calls a work, whose number is read as pages read it; one that no table knows is looked for in the log."""
    found = named(f"work:{text}")
    return found.subject if found else f"work:{plain(text)}"


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 9998):
        raise ArgumentTypeError(f"expected a year such as 2026, found {text!r}")
    return int(text)


def _summary(findings: Findings) -> str:
    bodies = f"{findings.opened} bodies opened, {findings.erased} erased with their keys"
    if findings.is_intact:
        return f"{findings.records} records are as they were written ({bodies})."
    return f"{findings.count} findings in {findings.records} records ({bodies})."


def _invisible(findings: Findings, options: dict[str, Any]) -> tuple[int, tuple[Way, ...]]:
    """Up to which record the log is held from outside, and what this kind of check would not show. A log that is not intact is held by nothing."""
    held, by_witnesses = findings.held, findings.held_by_witnesses
    if not findings.is_intact:
        held = by_witnesses = 0
    are_bodies_read = not (options["quick"] or options["bytes"])
    ways = unseen(
        records=findings.records, held=held, witnessed=by_witnesses, are_bodies_read=are_bodies_read
    )
    return held, ways


def _signed(state: Witnessed) -> dict[str, int]:
    stamped = state.stamped.size if state.stamped else 0
    return {
        "records": state.size,
        "witnesses_signed": state.signed,
        "witnesses": state.of,
        "frozen_witnessed": state.frozen,
        "timestamped": stamped,
    }


def _standing(findings: Findings, state: Witnessed) -> str:
    return " ".join(filter(None, [_stamped(state), _witnessed(findings, state)]))


def _stamped(state: Witnessed) -> str:
    if state.stamped is None:
        return ""
    return f"Timestamped up to record {state.stamped.size} on {state.stamped.at:%Y-%m-%d %H:%M} UTC."


def _witnessed(findings: Findings, state: Witnessed) -> str:
    if not state.of:
        return NOT_WITNESSED
    told = f"Witnessed {state.signed} of {state.of} up to record {state.size}."
    if state.frozen:
        told += (
            f" The frozen shards are witnessed up to record {state.frozen}; {state.shard}, which grows, is not. "
            "A witness that does not know it needs its key: manage.py records key."
        )
    return told if findings.witnessed else f"{told} {NOT_WITNESSED}"


def _list(affected: Any) -> str:
    names = list(dict.fromkeys(affected.values()))
    more = f" and {len(names) - MOST_AFFECTED} more" if len(names) > MOST_AFFECTED else ""
    return (", ".join(names[:MOST_AFFECTED]) or "records that cannot be read") + more


def _head(text: str) -> Head:
    try:
        return Head.parse(text)
    except HeadInvalid as error:
        raise ArgumentTypeError(str(error)) from error


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentTypeError(f"expected a file with a checkpoint: {error}") from error
