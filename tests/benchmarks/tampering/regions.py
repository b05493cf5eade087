"""Edits of a region: faces, objects, colours, corners, backgrounds."""

from __future__ import annotations

import cv2
import numpy as np

from tests.benchmarks.tampering import shapes
from tests.benchmarks.tampering.shown import HALF, Box, Plane, Scene, Shown
from tests.benchmarks.watermark.attacks import Picture

FACE = (0.10, 0.22)  # width of a face in short sides of the picture
FACE_LENGTH = 1.3  # heights of a face to its width
OBJECT = (0.012, 0.06)  # area of an object in areas of the picture
RECOLOURED = (0.02, 0.09)
CORNER = (0.14, 0.24)  # sides of a corner in sides of the picture
HUE_TURNS = (50, 180)  # degrees, either way
LEAST_CHROMA = 22  # of a recoloured region: grey cloth is dyed as well
INPAINT_RADIUS = 5
SURROUNDINGS = 40  # pixels around a region that inpainting looks at
CUT_LONGEST = 320  # pixels of the long side at which figure and ground are told apart
FIGURE = (0.12, 0.6)  # share of the picture that a figure may take


def face_blended(shown: Shown, scene: Scene) -> Shown:
    """Another picture's oval in the place of a face, its tone matched, its edge feathered."""
    place, new = _face(shown, scene)
    feather = scene.random.uniform(0.12, 0.3)
    alpha = shapes.ellipse(place[3], place[2], feather)
    return _laid(shown, place, _toned_as(new, shapes.cut(shown.rgb, place)), alpha)


def face_cloned(shown: Shown, scene: Scene) -> Shown:
    """The same by gradient-domain cloning: Pérez et al., Poisson image editing, 2003, doi:10.1145/882262.882269."""
    place, new = _face(shown, scene)
    x, y, across, down = place
    alpha = np.pad(shapes.ellipse(down - 4, across - 4, 0), 2)
    centre = (x + across // 2, y + down // 2)
    around = np.ascontiguousarray(shown.rgb)
    oval = (alpha >= HALF).astype(np.uint8) * 255
    cloned = cv2.seamlessClone(np.ascontiguousarray(new), around, oval, centre, cv2.NORMAL_CLONE)
    # It moves the oval's bounding box to the centre, by rounding: what differs is what was cloned.
    changed = np.any(cloned != around, axis=2)
    whole = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return shown.blended(np.asarray(cloned, np.uint8), whole.astype(np.float32))


def removed_inpainted(shown: Shown, scene: Scene) -> Shown:
    """An object erased and its place filled from the edge: Telea, 2004, doi:10.1080/10867651.2004.10487596."""
    place = _place(shown, scene, OBJECT)
    alpha = shapes.blob(place[3], place[2], 0, scene.random)
    return inpainted(shown, shapes.on_canvas(alpha, place, shown.height, shown.width))


def removed_stamped(shown: Shown, scene: Scene) -> Shown:
    """An object covered with what lies beside it, as with a clone stamp: the neighbour that fits its edge best."""
    place = _place(shown, scene, OBJECT)
    alpha = shapes.blob(place[3], place[2], scene.random.uniform(3, 7), scene.random)
    neighbours = _neighbours(place, shown.width, shown.height)
    rim = (alpha > 0) & (alpha < 1)
    here = shapes.cut(shown.rgb, place)[rim].astype(float)
    best = min(neighbours, key=lambda each: float(np.abs(shapes.cut(shown.rgb, each)[rim] - here).mean()))
    return _laid(shown, place, shapes.cut(shown.rgb, best), alpha)


def added_object(shown: Shown, scene: Scene) -> Shown:
    """A cut-out of another picture with an edge of two pixels, as light as its surroundings or not."""
    place = _place(shown, scene, OBJECT)
    new = _taken(scene, place)
    if scene.random.random() < 0.5:
        new = _toned_as(new, shapes.cut(shown.rgb, place))
    return _laid(shown, place, new, shapes.blob(place[3], place[2], 2, scene.random))


def recoloured(shown: Shown, scene: Scene) -> Shown:
    """Another hue on a soft-edged patch, its lightness kept."""
    share, aspect = scene.random.uniform(*RECOLOURED), scene.random.uniform(0.6, 1.6)
    across, down = shapes.sides(shown.rgb, share, aspect)
    place = shapes.colourful(shown.rgb, across, down, scene.random, scene.label)
    alpha = shapes.blob(down, across, 0.12 * min(across, down), scene.random)
    turn = scene.random.uniform(*HUE_TURNS) * scene.random.choice((-1, 1))
    return _laid(shown, place, _hue_turned(shapes.cut(shown.rgb, place), turn), alpha)


def corner_inpainted(shown: Shown, scene: Scene) -> Shown:
    """A corner erased and filled from its edge: that with most to see, but not that of the visible label."""
    across, down = (round(side * scene.random.uniform(*CORNER)) for side in (shown.width, shown.height))
    corners = [(x, y, across, down) for x in (0, shown.width - across) for y in (0, shown.height - down)]
    free = [each for each in corners if scene.label is None or not shapes.meet(each, scene.label)] or corners
    place = max(free, key=lambda each: shapes.detail(shapes.cut(shown.rgb, each)))
    canvas = shapes.on_canvas(np.ones((down, across), np.float32), place, shown.height, shown.width)
    return inpainted(shown, canvas)


def background_swapped(shown: Shown, scene: Scene) -> Shown:
    """Another picture behind the figure in the middle; what a figure is says GrabCut, doi:10.1145/1015706.1015720."""
    soft = cv2.GaussianBlur(_figure(shown.rgb, scene.random), (0, 0), 1.2)
    alpha = np.asarray(np.where(soft > 0.99, 0, 1 - soft), np.float32)
    return shown.blended(covering(scene.other(), shown.width, shown.height), alpha)


def inpainted(shown: Shown, alpha: Plane) -> Shown:
    """The pixels where ``alpha``, (H, W), is half or more filled from around them."""
    holes = (alpha >= HALF).astype(np.uint8)
    x, y, across, down = cv2.boundingRect(holes)
    left, top = max(0, x - SURROUNDINGS), max(0, y - SURROUNDINGS)
    part = (slice(top, y + down + SURROUNDINGS), slice(left, x + across + SURROUNDINGS))
    filled = shown.rgb.copy()
    filled[part] = cv2.inpaint(
        np.ascontiguousarray(shown.rgb[part]),
        np.ascontiguousarray(holes[part]),
        INPAINT_RADIUS,
        cv2.INPAINT_TELEA,
    )
    return shown.blended(filled, holes.astype(np.float32))


def covering(rgb: Picture, width: int, height: int) -> Picture:
    """The middle of a picture, of the wanted proportions, at the wanted size."""
    factor = max(width / rgb.shape[1], height / rgb.shape[0])
    across, down = min(rgb.shape[1], round(width / factor)), min(rgb.shape[0], round(height / factor))
    left, top = (rgb.shape[1] - across) // 2, (rgb.shape[0] - down) // 2
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    part = rgb[top : top + down, left : left + across]
    return np.asarray(cv2.resize(part, (width, height), interpolation=how), np.uint8)


def _face(shown: Shown, scene: Scene) -> tuple[Box, Picture]:
    """Where a face goes, and what goes there."""
    across = max(16, round(scene.random.uniform(*FACE) * min(shown.rgb.shape[:2])))
    down = min(shown.height - 4, round(across * FACE_LENGTH))
    place = shapes.eventful(shown.rgb, across, down, scene.random, scene.label)
    return place, _taken(scene, place)


def _taken(scene: Scene, place: Box) -> Picture:
    """Something eventful of another picture, at the size of the place."""
    other, (across, down) = scene.other(), place[2:]
    factor = scene.random.uniform(0.8, 1.6)
    wide, tall = min(other.shape[1], round(across * factor)), min(other.shape[0], round(down * factor))
    found = shapes.cut(other, shapes.eventful(other, wide, tall, scene.random, None))
    return covering(found, across, down)


def _place(shown: Shown, scene: Scene, areas: tuple[float, float]) -> Box:
    share, aspect = scene.random.uniform(*areas), scene.random.uniform(0.6, 1.6)
    across, down = shapes.sides(shown.rgb, share, aspect)
    return shapes.eventful(shown.rgb, across, down, scene.random, scene.label)


def _laid(shown: Shown, place: Box, new: Picture, alpha: Plane) -> Shown:
    x, y, across, down = place
    whole = shown.rgb.copy()
    whole[y : y + down, x : x + across] = new
    return shown.blended(whole, shapes.on_canvas(alpha, place, shown.height, shown.width))


def _neighbours(place: Box, width: int, height: int) -> list[Box]:
    """Places of the same size beside this one; the nearest that fits where none lies clear of it."""
    x, y, across, down = place
    moved = [
        (x + i * across, y + j * down, across, down)
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (i, j) != (0, 0)
    ]
    inside = [each for each in moved if 0 <= each[0] <= width - across and 0 <= each[1] <= height - down]
    return inside or [(max(0, min(width - across, x + across)), y, across, down)]


def _toned_as(rgb: Picture, model: Picture) -> Picture:
    """The mean of each channel in CIELAB as the model's, the deviation half way to it: Reinhard et al., 2001."""
    one, other = (cv2.cvtColor(each.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for each in (rgb, model))
    spread = np.sqrt((other.std(axis=(0, 1)) + 1) / (one.std(axis=(0, 1)) + 1))
    toned = (one - one.mean(axis=(0, 1))) * spread + other.mean(axis=(0, 1))
    return _of_lab(toned)


def _hue_turned(rgb: Picture, degrees: float) -> Picture:
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    chroma = np.maximum(np.hypot(lab[..., 1], lab[..., 2]), LEAST_CHROMA)
    hue = np.arctan2(lab[..., 2], lab[..., 1]) + np.radians(degrees)
    return _of_lab(np.stack([lab[..., 0], chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1))


def _of_lab(lab: Plane) -> Picture:
    rgb = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(np.rint(rgb * 255), 0, 255), np.uint8)


def _figure(rgb: Picture, random: np.random.Generator) -> Plane:
    """The figure in the middle as a plane of 0 and 1; an irregular one where nothing stands out."""
    height, width = rgb.shape[:2]
    factor = min(1.0, CUT_LONGEST / max(height, width))
    small = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    rows, columns = small.shape[:2]
    labels = np.zeros((rows, columns), np.uint8)
    middle = (columns // 5, rows // 6, columns * 3 // 5, rows * 2 // 3)
    cv2.setRNGSeed(int(random.integers(1 << 30)))
    cv2.grabCut(small, labels, middle, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_RECT)
    figure = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    figure = np.asarray(cv2.morphologyEx(figure, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    if not FIGURE[0] <= figure.mean() <= FIGURE[1]:
        shape = shapes.blob(middle[3], middle[2], 0, random)
        figure = (shapes.on_canvas(shape, middle, rows, columns) > 0).astype(np.uint8)
    enlarged = cv2.resize(figure.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return (enlarged >= 0.5).astype(np.float32)
