"""Run the collectors in a child process with limits, and go on without a layer that kills it. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from marking.media.bounded import BoundedError, OutOfMemory, OutOfTime
from marking.verification.collecting.collection import Collector, decode
from marking.verification.collecting.collectors import COLLECTORS, collect_in_child
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.report import Evidence, Layer, inconclusive

SECONDS = 40.0
"""Wall clock for all layers of one file together; 50 megapixels take 5 seconds of a core."""


def collect_bounded(
    quarantine: Quarantine,
    *,
    seconds: float = SECONDS,
    collectors: Mapping[Layer, Collector] = COLLECTORS,
    clock: Callable[[], float] = time.monotonic,
    on_layer: Callable[[Evidence], None] | None = None,
) -> tuple[Evidence, ...]:
    """Return the evidence of every layer of what is in quarantine, in the order of `Layer`.

    ``on_layer`` is called with each piece as soon as it is there, in the calling thread; what it raises ends the child.

    Usually one child does it all. Where a collector kills it (by a crash in a decoder, by its memory), that layer is
    *inconclusive* and a second child goes on behind it, until ``seconds`` are over.
    Raises Refused as `collect` does.
    """
    found: dict[Layer, Evidence] = {}
    end = clock() + seconds

    def add(evidence: Evidence) -> None:
        found[evidence.layer] = evidence
        if on_layer is not None:
            on_layer(evidence)

    while pending := [layer for layer in collectors if layer not in found]:
        try:
            quarantine.call(
                collect_in_child, found.get(Layer.WATERMARK), pending, collectors,
                seconds=max(end - clock(), 0.0), on_progress=lambda text: add(decode(text)),
            )  # fmt: skip
        except OutOfTime:
            for layer in pending:
                if layer not in found:
                    add(inconclusive(layer, "out_of_time"))
        except BoundedError as error:
            reason = "out_of_memory" if isinstance(error, OutOfMemory) else "crashed"
            killer = next(layer for layer in collectors if layer not in found)
            add(inconclusive(killer, reason))
    return tuple(found[layer] for layer in Layer if layer in found)
