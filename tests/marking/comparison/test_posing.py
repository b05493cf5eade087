"""Where a registered picture lies..."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from marking.comparison.posing import Pose, find_pose
from marking.comparison.telling import Lie
from tests.marking.comparison.copies import (
    gradient,
    jpeg,
    photographed,
    registered,
    replaced,
    resized,
    screenshot,
)


def corners_in(pose: Pose) -> NDArray[np.float64]:
    corners = np.array([[[0, 0], [399, 0], [399, 299], [0, 299]]], np.float64)
    return np.asarray(cv2.perspectiveTransform(corners, pose.homography), np.float64)


def test_it_lies_as_it_lay() -> None:
    pose = find_pose(jpeg(registered(), 50), registered())
    assert pose is not None
    assert pose.is_whole
    assert np.allclose(pose.homography, np.eye(3), atol=1e-9)
    assert pose.alike > 0.9


def test_it_lies_as_it_lay_after_a_change() -> None:
    pose = find_pose(replaced(registered()), registered())
    assert pose is not None
    assert np.allclose(pose.homography, np.eye(3), atol=1e-9)


def test_it_is_found_by_its_features() -> None:
    upload, way = photographed(registered())
    pose = find_pose(upload, registered())
    assert pose is not None
    assert not pose.is_whole
    corner = np.array([[[0, 0], [399, 0], [399, 299], [0, 299]]], np.float64)
    there, expected = (cv2.perspectiveTransform(corner, each) for each in (pose.homography, way))
    assert np.abs(there - expected).max() < 5


def test_a_part_of_it_is_found_mirrored_on_a_page() -> None:
    part = np.ascontiguousarray(registered()[30:270, 50:370][:, ::-1])
    pose = find_pose(screenshot(part, 0.8), registered())
    assert pose is not None
    assert pose.is_mirrored


def test_a_picture_without_texture_is_laid_by_its_tones() -> None:
    mirrored = np.ascontiguousarray(gradient()[:, ::-1])
    pose = find_pose(resized(mirrored, 0.5), gradient())
    assert pose is not None
    assert pose.is_whole


def test_a_figure_before_another_background_tells_where_it_lay() -> None:
    upload = registered(5).copy()
    upload[90:210, 150:280] = registered()[90:210, 150:280]
    pose = find_pose(jpeg(upload, 80), registered())
    assert pose is not None
    assert pose.alike < 0.25
    assert np.abs(pose.homography - np.eye(3)).max() < 2


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_another_picture_lies_nowhere(seed: int) -> None:
    assert find_pose(registered(seed), registered(1)) is None


def test_flat_pictures_lie_nowhere() -> None:
    flat = np.full((64, 64, 3), 100, np.uint8)
    assert find_pose(flat, flat) is None


def test_what_is_too_small_to_be_seen_lies_nowhere() -> None:
    page = np.full((900, 1200, 3), 240, np.uint8)
    page[:24, :32] = resized(registered(), 0.08)
    assert find_pose(page, registered()) is None


def test_a_turn_that_is_told_is_tried_as_it_is() -> None:
    mirrored = np.ascontiguousarray(jpeg(registered(), 70)[:, ::-1])
    pose = find_pose(mirrored, registered(), told=Lie(1.0, is_mirrored=True))
    assert pose is not None
    assert (pose.is_whole, pose.is_mirrored) == (True, True)


def test_a_part_on_a_page_lies_as_it_is_told() -> None:
    part = np.ascontiguousarray(registered()[30:270, 50:370])
    page = screenshot(part, 0.8)
    pose, expected = find_pose(page, registered(), told=Lie(0.8)), find_pose(page, registered())
    assert pose is not None
    assert expected is not None
    assert pose.is_told
    assert np.abs(corners_in(pose) - corners_in(expected)).max() < 1


@pytest.mark.parametrize("told", [Lie(1.0, is_mirrored=True), Lie(0.3, 40.0), Lie(300.0), Lie(0.001)])
def test_what_is_told_wrongly_changes_nothing(told: Lie) -> None:
    part = np.ascontiguousarray(registered()[40:, 60:])
    pose, expected = find_pose(part, registered(), told=told), find_pose(part, registered())
    assert pose is not None
    assert expected is not None
    assert np.allclose(pose.homography, expected.homography, atol=0.05)
