"""Collecting in a child process …"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from marking.media import Limits, Refused
from marking.verification.collecting.bounded import collect_bounded
from marking.verification.collecting.collectors import COLLECTORS
from marking.verification.collecting.quarantine import MEMORY_BYTES, Quarantine
from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence, Finding, Layer, inconclusive
from tests.marking.verification import deadly
from tests.marking.verification.marked_files import MarkedFile, png_of


@pytest.fixture
def specimen(marked: MarkedFile, saved: Callable[[bytes], Path]) -> Specimen:
    return Specimen(saved(marked.data), Limits(), (b"some key",))


def collected(specimen: Specimen, *, memory_bytes: int = MEMORY_BYTES, **how: Any) -> tuple[Evidence, ...]:
    with Quarantine(specimen, memory_bytes=memory_bytes) as quarantine:
        return collect_bounded(quarantine, **how)


def by_layer(evidence: tuple[Evidence, ...]) -> dict[Layer, Evidence]:
    return {each.layer: each for each in evidence}


def test_it_gives_the_layers_in_the_order_of_the_report(specimen: Specimen) -> None:
    evidence = collected(specimen)
    assert [each.layer for each in evidence] == list(Layer)
    assert by_layer(evidence)[Layer.IMPLICIT_LABEL].finding is Finding.VALID


def test_it_goes_on_behind_a_collector_that_kills_its_process(specimen: Specimen) -> None:
    whole = by_layer(collected(specimen))
    found = collected(specimen, collectors={**COLLECTORS, Layer.FINGERPRINT: deadly.crashes})
    assert by_layer(found) == {**whole, Layer.FINGERPRINT: inconclusive(Layer.FINGERPRINT, "crashed")}


def test_it_tells_each_layer_once_as_soon_as_it_is_there(specimen: Specimen) -> None:
    told: list[Evidence] = []
    collectors = {**COLLECTORS, Layer.WATERMARK: deadly.crashes, Layer.CREDENTIAL: deadly.hangs}
    evidence = collected(specimen, seconds=3.0, collectors=collectors, on_layer=told.append)
    assert [each.layer for each in told] == list(COLLECTORS)
    assert {each.layer: each for each in told} == by_layer(evidence)


class Left(Exception):
    pass


def test_it_ends_when_nobody_listens(specimen: Specimen) -> None:
    def leave(evidence: Evidence) -> None:
        raise Left

    with pytest.raises(Left):
        collected(specimen, on_layer=leave)


def test_it_remembers_behind_a_dead_process_how_the_picture_was_turned(
    marked: MarkedFile, saved: Callable[[bytes], Path]
) -> None:
    keys = (bytes.fromhex(settings.KEYS.watermark_keys[0]),)
    specimen = Specimen(saved(png_of(np.ascontiguousarray(marked.rgb[::-1]))), Limits(), keys)
    found = by_layer(collected(specimen, collectors={**COLLECTORS, Layer.FINGERPRINT: deadly.crashes}))
    assert found[Layer.FINGERPRINT].finding is Finding.INCONCLUSIVE
    assert found[Layer.EXPLICIT_LABEL].finding is Finding.FOUND
    assert found[Layer.EXPLICIT_LABEL].facts["turned"] == 180


def test_it_keeps_what_was_found_when_time_runs_out(specimen: Specimen) -> None:
    found = by_layer(
        collected(specimen, seconds=1.0, collectors={**COLLECTORS, Layer.WATERMARK: deadly.hangs})
    )
    assert found[Layer.IMPLICIT_LABEL].finding is Finding.VALID
    assert found[Layer.WATERMARK] == inconclusive(Layer.WATERMARK, "out_of_time")


def test_it_says_that_there_was_too_little_memory(specimen: Specimen) -> None:
    found = by_layer(collected(specimen, memory_bytes=1 << 20))
    assert Finding.INCONCLUSIVE in {each.finding for each in found.values()}
    assert {each.facts["reason"] for each in found.values() if "reason" in each.facts} <= {
        "out_of_memory", "broke",
    }  # fmt: skip


def test_it_hands_on_a_refusal(saved: Callable[[bytes], Path]) -> None:
    with pytest.raises(Refused, match="empty"):
        collected(Specimen(saved(b""), Limits(), ()))


def test_it_tells_each_layer_as_soon_as_it_is_there_in_this_thread(specimen: Specimen) -> None:
    told: list[tuple[Layer, int]] = []
    collectors = {**COLLECTORS, Layer.FINGERPRINT: deadly.crashes}

    def tell(evidence: Evidence) -> None:
        told.append((evidence.layer, threading.get_ident()))

    found = collected(specimen, collectors=collectors, on_layer=tell)
    assert told == [(layer, threading.get_ident()) for layer in COLLECTORS]
    assert {each.layer for each in found} == set(COLLECTORS)


def test_it_tells_the_layers_for_which_there_was_no_time_too(specimen: Specimen) -> None:
    told: list[Evidence] = []
    collectors = {**COLLECTORS, Layer.WATERMARK: deadly.hangs}
    found = collected(specimen, seconds=1.0, collectors=collectors, on_layer=told.append)
    assert sorted(told, key=lambda each: list(Layer).index(each.layer)) == list(found)


def test_what_the_listener_raises_ends_the_examination(specimen: Specimen) -> None:
    told: list[Evidence] = []

    def leave(evidence: Evidence) -> None:
        told.append(evidence)
        raise ConnectionError("nobody listens any more")

    with pytest.raises(ConnectionError, match="nobody listens"):
        collected(specimen, on_layer=leave)
    assert len(told) == 1, "the child was taken for dead, and its end waited for"
