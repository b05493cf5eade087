"""The file under examination: its bytes, its words and its pixels, each read once. Pure."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marking.marks.credential import OwnRoots
from marking.marks.implicit_label import PublicKey
from marking.media import Limits, Picture, Refused, open_cut_off, open_picture, read_header
from marking.pipeline.animation import sampled
from marking.verification.generators.metadata import Metadata, read_metadata
from marking.verification.report import Evidence, Finding, Layer
from marking.verification.turning import UPRIGHT, Turn, turn_of

_READ_ONCE = ("data", "metadata", "frames", "_opened")
"""What does not depend on how the picture is turned."""


@dataclass(frozen=True)
class Specimen:
    """A file under examination.

    ``keys``: the watermark's secrets, newest first; ``own_roots``: of the certificates that sign here; ``turn``: how it was
    turned; ``label_keys``: what our own metadata labels are signed with; ``is_read``: its watermark names its work, so that nobody
    need look for one like it.
    """

    path: Path
    limits: Limits
    keys: tuple[bytes, ...] = field(repr=False)
    own_roots: OwnRoots = field(default=OwnRoots(), repr=False)
    turn: Turn = UPRIGHT
    label_keys: tuple[PublicKey, ...] = field(default=(), repr=False)
    is_read: bool = False

    def turned_as(self, evidence: Evidence) -> Specimen:
        """Return the specimen with what the evidence tells of it, if it is the watermark's and one was read."""
        if evidence.layer is not Layer.WATERMARK or evidence.finding is not Finding.UNREGISTERED:
            return self
        known = replace(self, turn=turn_of(evidence), is_read=True)
        known.__dict__.update({name: self.__dict__[name] for name in _READ_ONCE if name in self.__dict__})
        return known

    @cached_property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.path.read_bytes()

    @cached_property
    def metadata(self) -> Metadata:
        """What the file says in words."""
        return read_metadata(self.data)

    @cached_property
    def frames(self) -> int:
        """How many pictures it shows: one for a still; 0 where that cannot be told."""
        for mends in (False, True):
            with suppress(Refused):
                return read_header(self.path, self.limits, minimum_side=False, mends=mends).frames
        return 0

    def later_frames(self) -> list[NDArray[np.uint8]]:
        """Some frames after the first, as `rgb`; none of a still, and of an animation longer than one that is marked."""
        if self.frames == 1:
            return []
        try:
            return sampled(open_picture(self.path, self.limits, every_frame=True).frames)[1:]
        except Refused:
            return []

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The pixels as they are displayed, uint8 (H, W, 3). Raises Refused when they cannot be had."""
        return self._picture.rgb

    @property
    def transparent(self) -> int:
        """Percent of the pixels that are more transparent than not: viewers do not show what they hold."""
        alpha = self._picture.alpha
        return 0 if alpha is None else math.ceil(100 * float(np.mean(alpha < 128)))

    @property
    def _picture(self) -> Picture:
        if isinstance(self._opened, Refused):
            raise self._opened
        return self._opened

    @cached_property
    def upright(self) -> NDArray[np.uint8]:
        """The pixels as they were before ``turn``, uint8 (H, W, 3). Raises as `rgb` does."""
        return self.rgb if self.turn == UPRIGHT else self.turn.undone(self.rgb)

    @cached_property
    def _opened(self) -> Picture | Refused:
        try:
            return open_cut_off(self.path, self.limits)
        except Refused as refused:
            return refused
