from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from marking.pipeline.copies import Original, is_copy
from tests.conftest import photograph

Pixels = NDArray[np.uint8]
FIRST, SECOND, THIRD = (photograph(240, 320, seed=seed) for seed in (1, 2, 3))
LABEL = (20, 20, 120, 40)


def saved(path: Path, *frames: Pixels) -> Path:
    first, *others = (Image.fromarray(np.ascontiguousarray(frame)) for frame in frames)
    first.save(path, save_all=bool(others), append_images=others, duration=100, lossless=True)
    return path


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ((FIRST,), True),
        ((SECOND,), True),
        ((THIRD,), False),
        ((FIRST, SECOND), True),
        ((SECOND, FIRST, SECOND), True),
        ((FIRST, THIRD), False),
    ],
)
def test_it_asks_whether_every_frame_lies_on_a_released_one(
    tmp_path: Path, shown: tuple[Pixels, ...], expected: bool
) -> None:
    released = Original(saved(tmp_path / "released.webp", FIRST, SECOND))
    assert is_copy(saved(tmp_path / "shown.webp", *shown), released) is expected


def underlined(rgb: Pixels) -> Pixels:
    edited = rgb.copy()
    edited[150:156, 50:250] = (255, 0, 0)
    return edited


def brighter(rgb: Pixels) -> Pixels:
    return np.clip(rgb * 1.15, 0, 255).astype(np.uint8)


def grey(rgb: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(rgb).convert("L").convert("RGB"))


def halved(rgb: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(rgb).resize((160, 120)))


@pytest.mark.parametrize("change", [brighter, grey, halved, np.fliplr, np.rot90])
def test_it_calls_other_tones_sizes_and_turns_copies(
    tmp_path: Path, change: Callable[[Pixels], Pixels]
) -> None:
    released = Original(saved(tmp_path / "released.webp", FIRST))
    assert is_copy(saved(tmp_path / "shown.webp", change(FIRST)), released) is True


@pytest.mark.parametrize(
    "edit",
    [underlined, lambda rgb: rgb[30:-30, 30:-30], lambda rgb: np.pad(rgb, ((40, 40), (40, 40), (0, 0)))],
)
def test_it_calls_what_was_drawn_in_cut_off_or_framed_edited(
    tmp_path: Path, edit: Callable[[Pixels], Pixels]
) -> None:
    released = Original(saved(tmp_path / "released.webp", FIRST))
    assert is_copy(saved(tmp_path / "shown.webp", edit(FIRST)), released) is False


def test_it_looks_closely_at_the_frames_of_an_animation(tmp_path: Path) -> None:
    released = Original(saved(tmp_path / "released.webp", FIRST, SECOND))
    assert is_copy(saved(tmp_path / "shown.webp", underlined(FIRST), SECOND), released) is False


def lettered() -> Pixels:
    marked = FIRST.copy()
    x, y, width, height = LABEL
    marked[y : y + height, x : x + width] = 30
    for left in range(x + 6, x + width - 6, 12):
        marked[y + 8 : y + height - 8, left : left + 5] = 250
    return marked


@pytest.mark.parametrize("may_lack_label", [True, False])
def test_it_forgives_a_missing_label_only_where_the_work_was_given_out_without(
    tmp_path: Path, may_lack_label: bool
) -> None:
    released = Original(saved(tmp_path / "released.webp", lettered()), LABEL, may_lack_label)
    assert is_copy(saved(tmp_path / "shown.webp", FIRST), released) is may_lack_label


def test_it_cannot_tell_of_a_file_that_is_broken(tmp_path: Path) -> None:
    (tmp_path / "broken.webp").write_bytes(b"RIFF")
    released = Original(saved(tmp_path / "released.webp", FIRST))
    assert is_copy(tmp_path / "broken.webp", released) is None
    assert is_copy(released.path, Original(tmp_path / "broken.webp")) is None
