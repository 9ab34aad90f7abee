import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.depth.eyes import agreement, filled
from focuspuller.core.depth.opencv import OpenCV
from focuspuller.core.depth.stereo import StereoSource
from focuspuller.core.errors import DisparityLengthMismatch, LibraryMissing, RenderError, UsageError
from focuspuller.core.frames import Image
from focuspuller.core.media.open import open_frames

from tests import clips
from tests.core.depth.pairs import pair, unoccluded

pytestmark = pytest.mark.skipif(importlib.util.find_spec("cv2") is None, reason="needs cv2")

SIZE, BASE = 192, 20.0
SHIFT = 14


@contextmanager
def stereo(path: Path, layout: str | Path, first: str = "auto") -> Iterator[StereoSource]:
    clip = open_frames(path)
    source = StereoSource(clip, str(layout), first)
    try:
        yield source
    finally:
        source.close()
        clip.close()


@pytest.fixture(scope="module")
def rendered() -> tuple[Image, Image, Image, Image]:
    (left, *_), (right, *_), (of_left, *_), (of_right, *_) = pair(seed=4, size=SIZE, base=BASE)
    return left, right, of_left, of_right


def right_share(found: Image, of_left: Image, of_right: Image) -> float:
    """Of what both eyes see, the share within 1 px."""
    return float((np.abs(found - of_left) <= 1)[unoccluded(of_left, of_right)].mean())


def test_disparity_of_a_traced_pair_is_found_whichever_eye_is_first(
    rendered: tuple[Image, Image, Image, Image], tmp_path: Path
) -> None:
    left, right, of_left, of_right = rendered
    beside = clips.write_clip(tmp_path / "a.mkv", [np.concatenate([left, right], axis=1)])
    above = clips.write_clip(tmp_path / "b.mkv", [np.concatenate([right, left], axis=0)])
    with stereo(beside, "side-by-side") as source:
        assert source.size == (SIZE, SIZE)
        assert source.record["first_eye"] == "left"
        assert right_share(next(source.maps(0)), of_left, of_right) >= 0.9
    with stereo(above, "top-bottom") as source:
        assert source.record["first_eye"] == "right"
        assert "looks like the right one" in " ".join(source.notes)
        mirrored = [np.ascontiguousarray(image[:, ::-1]) for image in (next(source.maps(0)), of_right, of_left)]
        assert right_share(*mirrored) >= 0.9
    with stereo(above, "top-bottom", "left") as source:
        assert source.record["first_eye"] == "left", "the user has the last word"


def test_swapped_eyes_are_found_though_the_screen_lies_within_the_scene(
    rendered: tuple[Image, Image, Image, Image], tmp_path: Path
) -> None:
    """A converged pair has disparities on both sides of 0, and their sign says nothing: what hides what does."""
    left, right, *_ = rendered
    one = clips.write_clip(tmp_path / "left.mkv", [np.ascontiguousarray(left[:, SHIFT:])])
    other = clips.write_clip(tmp_path / "right.mkv", [np.ascontiguousarray(right[:, :-SHIFT])])
    with stereo(one, other) as source:
        assert source.record["first_eye"] == "left"
    with stereo(other, one) as source:
        assert source.record["first_eye"] == "right"


@pytest.mark.slow
def test_nine_pixels_in_ten_are_right_over_many_scenes(tmp_path: Path) -> None:
    shares = []
    for seed in range(12):
        (left, *_), (right, *_), (of_left, *_), (of_right, *_) = pair(seed, 256, 24)
        path = clips.write_clip(tmp_path / f"{seed}.mkv", [np.concatenate([left, right], axis=1)])
        with stereo(path, "side-by-side") as source:
            assert source.record["first_eye"] == "left"
            shares.append(right_share(next(source.maps(0)), of_left, of_right))
    assert np.mean(shares) >= 0.9
    assert np.median(shares) >= 0.93


def test_holes_get_what_lies_behind() -> None:
    near, far = 9.0, 2.0
    first = np.full((3, 12), far, np.float32)
    first[:, 6:] = near
    second = first.copy()
    second[:, 2:5] = -20  # the other eye disagrees there
    found = agreement(first, second)
    assert not found.sound[:, 4:7].any()
    assert set(np.unique(filled(found))) <= {near, far}
    lost = agreement(np.full((2, 4), -10000, np.float32), np.zeros((2, 4), np.float32))
    np.testing.assert_array_equal(filled(lost), 0)


def test_what_is_no_pair_is_refused(tmp_path: Path) -> None:
    clip = clips.write_clip(tmp_path / "clip.mkv", clips.textured(3))
    shorter = clips.write_clip(tmp_path / "short.mkv", clips.textured(2))
    smaller = clips.write_clip(tmp_path / "small.mkv", [frame[:20] for frame in clips.textured(3)])
    odd = clips.write_clip(tmp_path / "odd.mkv", [np.ascontiguousarray(frame[:, :63]) for frame in clips.textured(2)])
    for path, layout, error in (
        (clip, shorter, DisparityLengthMismatch),
        (clip, smaller, UsageError),
        (odd, "side-by-side", UsageError),
    ):
        with pytest.raises(error), stereo(path, layout):
            pass


def test_without_opencv_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LibraryMissing, match=r"focuspuller\[stereo\]"):
        OpenCV()


def test_opencvs_end_is_told() -> None:
    picture = np.zeros((32, 32), np.uint8)
    with OpenCV() as opencv:
        there, back = opencv.flow(picture, picture)
        assert there.shape == back.shape == (32, 32, 2)
        opencv._process.kill()
        opencv._process.wait()
        with pytest.raises(RenderError, match="--resume"):
            opencv.flow(picture, picture)
