"""Checking how the shards of the log hang together: their rows, the records that tell of them, and the roots that these name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from django.utils import timezone

from accounts.records import signing
from accounts.records.checkpoint import CheckpointInvalid
from accounts.records.models import Checkpoint, Record, Shard
from accounts.records.shards import CODE, FROZEN, OPENED, about, promised, said
from accounts.records.verify import Findings

_NAME = re.compile(r"[0-9]{4}(-[0-9]+)?")
_LATER = re.compile(r"/[0-9]{4}(-[0-9]+)?\Z")
"""How the name of every shard but the first ends."""


def check_links(findings: Findings, shards: Sequence[Shard]) -> None:
    """Check that every shard ends with a record that names the next, and that this one begins with a record of the frozen tree.

    ``shards`` are all that there are, at least one. Few rows for each shard are read, so it is part of every kind of check. What is found is added to ``findings``.
    """
    for shard in shards:
        if not _NAME.fullmatch(str(shard.name)):
            findings.add(shard.first, CODE, f"A shard is called {shard.name!r}, which is no year.")
            return
    if shards[0].first != 1:
        findings.add(1, CODE, f"The first shard begins at record {shards[0].first}.")
    # Under such a name a witness would take it for a tree that it never saw, and sign.
    if _LATER.search(str(shards[0].origin)):
        findings.add(1, CODE, f"The first shard is called {shards[0].origin}, as only a later one is.")
    # Of one that grows and is the first nothing signed says a name: a year to come would keep it from ever being frozen.
    if shards[0].year > timezone.now().year:
        findings.add(1, CODE, f"The first shard is named after {shards[0].name}, which has not begun.")
    for old, new in pairwise(shards):
        _check_rows(findings, shards[0], old, new)
        _check_records(findings, old, new)
        _check_tree(findings, old, new)
    if shards[-1].last is not None:
        findings.add(shards[-1].last + 1, CODE, "No shard follows the one that was frozen last.")
    _check_others(findings, shards)


def _check_rows(findings: Findings, first: Shard, old: Shard, new: Shard) -> None:
    if old.last is None or new.first != old.last + 1:
        findings.add(new.first, CODE, f"{new} does not begin where {old} ends.")
    if new.origin != f"{first.origin}/{new.name}" or new.year < old.year:
        findings.add(new.first, CODE, f"{new} is not what follows {old}.")


def _check_records(findings: Findings, old: Shard, new: Shard) -> None:
    last, told = old.last or 0, {"origin": old.origin, "successor": new.origin}
    frozen = said(last, FROZEN)
    if {**frozen, **told} != frozen:
        findings.add(last, CODE, f"The last record of {old} does not say that {new} follows.")
    found = promised(new.first)
    if found is None or (found.origin, found.predecessor, found.size) != (
        new.origin,
        old.origin,
        last - old.before,
    ):
        findings.add(new.first, CODE, f"The first record of {new} does not name the end of {old}.")
    for number, shard in ((last, old), (new.first, new)):
        if about(number) != f"log:{shard.name}":
            findings.add(number, CODE, f"The record is about another shard than {shard.name}.")


def _check_tree(findings: Findings, old: Shard, new: Shard) -> None:
    """The tree that was signed last is the one that the next shard names."""
    found, promise = Checkpoint.objects.filter(size=new.before).first(), promised(new.first)
    if found is None:
        if Checkpoint.objects.filter(size__gte=new.first).exists():
            findings.add(old.last or 0, CODE, f"The whole tree of {old} was never signed.")
        return
    try:
        head = signing.read_own(found, old)
    except CheckpointInvalid:
        return  # told of where checkpoints are read
    if promise is not None and promise.root != head.root:
        findings.add(new.first, CODE, f"{new} names another root of {old} than the one that was signed.")


def _check_others(findings: Findings, shards: Sequence[Shard]) -> None:
    """No other record says that a shard was frozen or opened."""
    expected = {each for old, new in pairwise(shards) for each in (old.last, new.first)}
    told = Record.objects.filter(kind__in=(FROZEN, OPENED)).order_by("sequence")
    for sequence in told.values_list("sequence", flat=True):
        if sequence not in expected:
            findings.add(sequence, CODE, "The record tells of a shard that is not there.")
