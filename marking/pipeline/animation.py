"""Marking steps over every frame of a picture; a still has one. Pure: no Django, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from marking.marks import explicit_label, fingerprint
from marking.marks.explicit_label import Corner, Placement, Wording
from marking.media import Animation, Frame, MediaType, Picture, Refused, encode_animation, encode_picture
from marking.media.encoding import KEEPS_DENSITY

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
T = TypeVar("T")

DEFAULT_DENSITY = (72.0, 72.0)
"""What EXIF has where nobody chose a density (CIPA DC-008-2023, 4.6.5.1.6): to lose it loses nothing."""
ALIKE = 4
"""Bits of 256 within which two frames look the same; the same picture is one within 31."""
MOST_SAMPLED = 7
"""Frames of an animation that are looked at again when it is finished."""


@dataclass(frozen=True)
class Labelled:
    """A frame with the visible label: uint8 (H, W, 3), or (H, W, 4) with alpha; and where the label is, if there is one."""

    pixels: Pixels
    placement: Placement | None


def require_visible(picture: Picture) -> None:
    """Raise :class:`marking.media.Refused` for a picture that is transparent from edge to edge in every frame."""
    if all(frame.alpha is not None and not frame.alpha.any() for frame in picture.frames):
        raise Refused("invisible")


def label(
    picture: Picture, wording: Wording, corner: Corner | None = None, keep_off: Sequence[Box] = ()
) -> list[Labelled]:
    """Draw the visible label into every frame of ``picture``, in the same place of each, on the same plate.

    Without a ``corner`` it is the one that is quietest in the frames of ``sampled``, of those that cover least of ``keep_off``.
    """
    looked_at = [_seen(frame) for frame in sample(picture.frames)]
    quietest = corner or explicit_label.place(looked_at, wording, keep_off=keep_off).corner
    placement = explicit_label.place([frame.rgb for frame in picture.frames], wording, corner=quietest)
    return [_labelled(frame, placement) for frame in picture.frames]


def as_they_are(picture: Picture) -> list[Labelled]:
    """The frames of ``picture`` as they are, for an owner's copy under Labelling Measures Art. 9."""
    return [Labelled(_stacked(frame.rgb, frame.alpha), None) for frame in picture.frames]


def _seen(frame: Frame) -> Pixels:
    return frame.rgb if frame.alpha is None else explicit_label.seen(frame.rgb, frame.alpha)


def _labelled(frame: Frame, placement: Placement) -> Labelled:
    rgb = explicit_label.draw_at(frame.rgb, placement)
    alpha = None if frame.alpha is None else explicit_label.opaque_at(frame.alpha, placement)
    return Labelled(_stacked(rgb, alpha), explicit_label.measured_at(rgb, placement))


def _stacked(rgb: Pixels, alpha: Pixels | None) -> Pixels:
    return rgb if alpha is None else np.dstack([rgb, alpha])


def encode(picture: Picture, marked: Sequence[Pixels]) -> tuple[MediaType, bytes]:
    """Encode the marked frames of ``picture`` in its own format, or where that is not written in its nearest."""
    frames = [_frame(pixels) for pixels in marked]
    if picture.animation is not None:
        timed = zip(frames, picture.animation.frames, strict=True)
        shown = tuple(replace(frame, milliseconds=before.milliseconds) for frame, before in timed)
        animation = Animation(shown, picture.animation.loops)
        media_type = picture.media_type
        return media_type, encode_animation(
            animation, icc_profile=picture.icc_profile, media_type=media_type, density=picture.density
        )
    (still,) = frames
    media_type = picture.media_type.released_as(has_alpha=still.alpha is not None)
    return media_type, encode_picture(
        still.rgb,
        alpha=still.alpha,
        icc_profile=picture.icc_profile,
        media_type=media_type,
        density=picture.density,
    )


def _frame(pixels: Pixels) -> Frame:
    alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
    return Frame(np.ascontiguousarray(pixels[..., :3]), alpha)


def sampled(frames: Sequence[Frame]) -> list[Pixels]:
    """The colours of at most ``MOST_SAMPLED`` frames, evenly spread, the first and the last among them."""
    return [frame.rgb for frame in sample(frames)]


def sample(frames: Sequence[T]) -> list[T]:
    """At most ``MOST_SAMPLED`` of ``frames``, of which there is one at least, evenly spread."""
    count = min(MOST_SAMPLED, len(frames))
    if count == 1:
        return [frames[0]]
    return [frames[round(step * (len(frames) - 1) / (count - 1))] for step in range(count)]


def looks(frames: Sequence[Frame]) -> tuple[bytes, ...]:
    """The fingerprints, in all turns, of every frame that looks otherwise than those before it: one frame among three hundred is seen, too.

    Frames within `ALIKE` bits of one another are one look. At most as many as an animation may have frames.
    """
    kept: list[tuple[bytes, ...]] = []
    for frame in frames:
        taken = fingerprint.turned(frame.rgb)
        if not any(fingerprint.distance(taken[0], each[0]) <= ALIKE for each in kept):
            kept.append(taken)
    return tuple(each for taken in kept for each in taken)


def notes_on_output(picture: Picture, media_type: MediaType) -> tuple[str, ...]:
    """What writing ``picture`` as ``media_type`` changes, as codes: "as_jpeg", "as_png", "gif_colours", "webp_lossy", "left_density"."""
    named = picture.density not in (None, DEFAULT_DENSITY)
    left = ("left_density",) if named and media_type not in KEEPS_DENSITY else ()
    if media_type is not picture.media_type:
        return (f"as_{media_type.value.removeprefix('image/')}", *left)
    if picture.is_lossless_webp:
        return ("webp_lossy", *left)
    return ("gif_colours", *left) if media_type is MediaType.GIF else left
