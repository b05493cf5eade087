"""What a picture looks like beside a registered one: as a whole, place by place, and however it was turned. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marking.marks.fingerprint import (
    CANDIDATE,
    CHANGED,
    Region,
    distance,
    fingerprint,
    is_distinctive,
    largest_change,
    layout,
)
from marking.media import Limits, open_picture, read_header
from marking.verification.origin import Comparison
from marking.verification.report import Beside, Evidence

_SIDE = 32  # cells of a layout along each side


@dataclass(frozen=True)
class Look:
    """What a picture looks like. ``fingerprint``: 32 bytes, empty where it says nothing; ``layout``: 1024; sides in pixels."""

    fingerprint: bytes
    layout: bytes
    width: int
    height: int


def look_of(rgb: NDArray[np.uint8]) -> Look:
    """Return the look of a picture, uint8 (H, W, 3)."""
    taken = fingerprint(rgb)
    return Look(taken if is_distinctive(taken) else b"", layout(rgb), rgb.shape[1], rgb.shape[0])


def look_in(evidence: Evidence | None) -> Look | None:
    """Return the look that the collector of fingerprints took; None where it could not."""
    if evidence is None or "layout" not in evidence.facts:
        return None
    facts = {name: str(value) for name, value in evidence.facts.items()}
    taken, seen = bytes.fromhex(facts.get("fingerprint", "")), bytes.fromhex(facts["layout"])
    return Look(taken, seen, int(facts["width"]), int(facts["height"]))


def turns_in(evidence: Evidence) -> tuple[bytes, ...]:
    """Return the fingerprints of all turns that the collector took; of the picture as it is, where its work is known."""
    turns = evidence.facts.get("turns") or (evidence.facts["fingerprint"],)
    return tuple(bytes.fromhex(str(each)) for each in (turns if isinstance(turns, tuple) else ()))


def is_single(path: Path) -> bool:
    """Whether a released file shows one picture and does not move. Raises Refused as `read_header` does."""
    return read_header(path, _limits(path), minimum_side=False).frames == 1


def frame_looks(path: Path) -> tuple[Look, ...]:
    """Return the look of every frame of a released file. Raises Refused as `open_picture` does."""
    frames = open_picture(path, _limits(path), every_frame=True).frames
    return tuple(look_of(frame.rgb) for frame in frames)


def _limits(path: Path) -> Limits:
    """A released file may well be larger than what is accepted."""
    return replace(Limits(), bytes=max(path.stat().st_size, Limits().bytes))


def compare(look: Look, registered: Look, *, outside: Region | None = None) -> Comparison:
    """Return how a picture compares with the registered one. The places that ``outside`` touches have no say."""
    both = look.fingerprint and registered.fingerprint
    return Comparison(
        distance=distance(look.fingerprint, registered.fingerprint) if both else None,
        change=largest_change(registered.layout, look.layout, outside=outside),
        stretch=(look.width / look.height) / (registered.width / registered.height),
    )


def beside(look: Look | None, registered: Look) -> Beside:
    """Return what a picture is beside the registered one: a copy of it, however turned or mirrored, or another.

    A copy lies within `CANDIDATE` bits or `CHANGED` grey levels. Of two pictures without structure only the second can be said.
    The fingerprints are those of the layouts, which can be turned after the picture has gone.
    """
    if look is None:
        return Beside.NOT_COMPARED
    cells = _fingerprint_of(_cells(registered.layout))
    views = list(_turned(_cells(look.layout)))
    taken = [_fingerprint_of(view) for view in views]
    if any(cells and each and distance(cells, each) <= CANDIDATE for each in taken):
        return Beside.SAME
    if any(largest_change(registered.layout, view.tobytes()) <= CHANGED for view in views):
        return Beside.SAME
    return Beside.OTHER if cells or any(taken) else Beside.NOT_COMPARED


def _cells(layout: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(layout, np.uint8).reshape(_SIDE, _SIDE)


def _turned(cells: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The four quarter turns, and those of the mirrored one."""
    for each in (cells, cells[:, ::-1]):
        for quarters in range(4):
            yield np.ascontiguousarray(np.rot90(each, quarters))


def _fingerprint_of(cells: NDArray[np.uint8]) -> bytes:
    taken = fingerprint(np.repeat(cells[..., None], 3, axis=2))
    return taken if is_distinctive(taken) else b""
