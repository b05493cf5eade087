"""Pictures without our label, and the scores that the search for it reaches on them.

    python -m tests.marking.marks.explicit_label.null_distribution 1000 7

prints, for 1,000 pictures of every kind from seed 7, the largest scores. The threshold in ``finding`` comes from
such a run; the tests use other seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from marking.marks.explicit_label.finding import best_matches
from marking.marks.explicit_label.lettering import ink
from marking.marks.explicit_label.placing import HEIGHT_SHARE
from marking.marks.explicit_label.plate import PLATE_OPACITY, plate_coverage

Picture = NDArray[np.uint8]

HAN = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
LATIN = [chr(code) for code in range(0x21, 0x7F)]
LOWER = [chr(code) for code in range(ord("a"), ord("z") + 1)]


def noise(rng: Generator) -> Picture:
    """Colour noise of any coarseness."""
    height, width = _size(rng)
    grain = rng.integers(1, 24)
    cells = rng.integers(0, 256, (height // grain + 2, width // grain + 2, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def shapes(rng: Generator) -> Picture:
    """Rectangles, discs and strokes over each other."""
    picture = noise(rng)
    height, width = picture.shape[:2]
    for _ in range(rng.integers(10, 60)):
        colour = [int(value) for value in rng.integers(0, 256, 3)]
        (x, y), (u, v) = rng.integers(0, (width, height), (2, 2)).tolist()
        kind = rng.integers(0, 3)
        if kind == 0:
            cv2.rectangle(picture, (x, y), (u, v), colour, int(rng.choice([-1, 1, 2])))
        elif kind == 1:
            cv2.circle(picture, (x, y), int(rng.integers(2, 40)), colour, int(rng.choice([-1, 1, 2])))
        else:
            cv2.line(picture, (x, y), (u, v), colour, int(rng.integers(1, 5)))
    return picture


def gratings(rng: Generator) -> Picture:
    """Stripes and chequers of any period and direction."""
    height, width = _size(rng)
    y, x = np.mgrid[:height, :width]
    waves = np.ones((height, width))
    for _ in range(rng.integers(1, 4)):
        angle, period = rng.uniform(0, np.pi), rng.uniform(3, 40)
        waves *= np.sign(np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period) + 0.01)
    grey = np.where(waves > 0, rng.integers(128, 256), rng.integers(0, 128)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def pages(rng: Generator) -> Picture:
    """Lines of random Chinese and Latin characters, up to the edges, in our font and in a stroke font."""
    height, width = _size(rng)
    paper, colour = (255, 0) if rng.random() < 0.5 else (0, 255)
    picture = np.full((height, width, 3), paper, np.uint8)
    capital_height = int(rng.integers(8, 24))
    for y in range(int(rng.integers(0, 8)), height - 3 * capital_height, 2 * capital_height):
        mask = ink((_random_text(rng, 40),), capital_height)
        strip = mask[: height - y, :width]
        picture[y : y + strip.shape[0], : strip.shape[1]][strip > 128] = colour
    cv2.putText(
        picture,
        "".join(rng.choice(LATIN, 14)),
        (4, height - 6),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.6,
        (255 - paper,) * 3,
    )
    return picture


def captions(rng: Generator) -> Picture:
    """Random words on a plate like ours, in a corner, of the size of a label."""
    return _captioned(rng, _random_text(rng, int(rng.integers(3, 14))))


def near_misses(rng: Generator) -> Picture:
    """Captions that share letters with a label: AI and two other characters, AI and nine other letters."""
    if rng.random() < 0.5:
        return _captioned(rng, "AI" + "".join(rng.choice(HAN, 2)))
    return _captioned(rng, "AI-" + "".join(rng.choice(LOWER, 9)))


KINDS: tuple[Callable[[Generator], Picture], ...] = (noise, shapes, gratings, pages, captions, near_misses)


def _size(rng: Generator) -> tuple[int, int]:
    height, width = rng.integers(64, 400, 2).tolist()
    return height, width


def _random_text(rng: Generator, length: int) -> str:
    return "".join(rng.choice(HAN if rng.random() < 0.5 else LATIN, length))


def _captioned(rng: Generator, text: str) -> Picture:
    picture = noise(rng) if rng.random() < 0.5 else np.full((*_size(rng), 3), rng.integers(0, 256), np.uint8)
    height, width = picture.shape[:2]
    capital_height = int(np.ceil(HEIGHT_SHARE * min(height, width) * rng.uniform(1, 1.2)))
    plate = plate_coverage((text,), capital_height)[:height, :width]
    top = int(rng.choice([4, height - plate.shape[0] - 4]))
    left = int(rng.choice([0, width - plate.shape[1]]))
    window = picture[top : top + plate.shape[0], left : left + plate.shape[1]]
    share = plate[:, :, None] / 255
    window[:] = window * (1 - PLATE_OPACITY) * (1 - share) + 255 * share
    return picture


def best_scores(kind: Callable[[Generator], Picture], count: int, seed: int) -> Iterator[float]:
    """Yield the best score of any wording on ``count`` pictures of ``kind``."""
    for number in range(count):
        picture = kind(np.random.default_rng([seed, number]))
        yield max(found.score for found in best_matches(picture))


def main(count: int, seed: int) -> None:
    """Print the score distribution of every kind."""
    for kind in KINDS:
        scores = np.array(list(best_scores(kind, count, seed)))
        middle, high, highest = np.quantile(scores, [0.5, 0.99, 1])
        sys.stdout.write(f"{kind.__name__:12} median {middle:.3f}  99 % {high:.3f}  largest {highest:.3f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
