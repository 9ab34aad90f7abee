from collections.abc import Sequence

import numpy as np
import pytest
import torch
from focuspuller.core.errors import UsageError
from focuspuller.core.outlines.soft import is_soft
from focuspuller.core.svb import outlines
from focuspuller.core.svb.dataset import Video
from focuspuller.core.svb.outlines import OutlineCrops, softened

from tests.core.evaluation.datasets import dataset


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Video]:
    return dataset(tmp_path_factory.mktemp("svb") / "svb", 2, size=64, frames=2)


def test_an_index_is_the_same_crop_whoever_else_is_in_the_batch(videos: Sequence[Video]) -> None:
    whole = OutlineCrops(videos, 48, seed=3).batch(range(6))
    alone = OutlineCrops(videos, 48, seed=3).batch([4])
    for pictures, picture in zip(whole, alone, strict=True):
        assert torch.equal(pictures[4:5], picture)
    other = OutlineCrops(videos, 48, seed=4).batch([4])
    assert not torch.equal(other.frame, alone.frame)


def test_crops_are_pictures_with_a_disparity_and_its_truth(videos: Sequence[Video]) -> None:
    frame, given, truth = OutlineCrops(videos, 48, seed=0).batch(range(8))
    assert frame.shape == (8, 3, 48, 48)
    assert given.shape == truth.shape == (8, 1, 48, 48)
    for pictures in (frame, given, truth):
        assert pictures.dtype == torch.float32
        assert 0 <= pictures.min() <= pictures.max() <= 1
    assert not torch.equal(given, truth)


def test_every_kind_of_soft_edge_is_one() -> None:
    disparity = torch.full((1, 1, 64, 64), 0.2)
    disparity[..., 20:, 24:] = 0.7
    for seed in range(40):
        given = softened(disparity, np.random.default_rng(seed))
        assert is_soft(given)[..., 30:50, 20:28].max() == 1, seed


def test_what_is_enlarged_stays_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for never in ("GROWN", "WARPED", "GRAINY"):
        monkeypatch.setattr(outlines, never, 0.0)
    monkeypatch.setattr(outlines, "ENLARGED", 1.0)
    for at in (12, 64, 116):
        truth = torch.full((1, 1, 40, 128), 0.2)
        truth[..., at:] = 0.8
        for seed in range(20):
            line = softened(truth, np.random.default_rng(seed))[0, 0, 20].numpy()
            first = np.flatnonzero(line > 0.5)[0]
            crossing = first - (line[first] - 0.5) / (line[first] - line[first - 1])
            # Half a pixel of the smallest.
            assert abs(crossing - (at - 0.5)) < 0.5 / outlines.SMALL[0]


def test_a_crop_larger_than_the_videos(videos: Sequence[Video]) -> None:
    with pytest.raises(UsageError, match="65 px does not fit"):
        OutlineCrops(videos, 65, seed=0).batch([0])


def test_a_video_is_read_once(videos: Sequence[Video]) -> None:
    crops = OutlineCrops(videos, 32, seed=0)
    crops.batch(range(4))
    for video in videos:
        (video.path / "frames" / "0001.png").rename(video.path / "moved")
    try:
        crops.batch(range(100, 104))
    finally:
        for video in videos:
            (video.path / "moved").rename(video.path / "frames" / "0001.png")
