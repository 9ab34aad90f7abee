from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from focuspuller.core.errors import UsageError
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.dataset import Video, VideoFrame, open_dataset, write_video
from focuspuller.core.svb.packed import PackedVideos
from focuspuller.core.svb.synthesis import Recipe
from focuspuller.core.svb.trace import View
from focuspuller.core.svb.windows import DIMMEST, GeneratedWindows, StoredWindows, Window
from torch import Tensor
from torch.utils.data import DataLoader


def guess(frames: Tensor, defocus: Tensor) -> Tensor:
    """The frame, its half, and one channel that is no colour: the blur radius."""
    return torch.cat([frames, frames / 2, defocus.abs() / 20], dim=1)


@pytest.fixture
def packed(tmp_path: Path) -> PackedVideos:
    return PackedVideos(tmp_path / "packed", guess)


@pytest.fixture
def videos(tmp_path: Path) -> list[Video]:
    """Bokeh is its frame, disparity its frame's mean and time the brightness: whatever varies must agree."""
    rng = np.random.default_rng(0)
    for n in range(3):
        texture = rng.random((40, 48, 3), np.float32)
        moments = []
        for t in range(6):
            frame = (np.round(texture * (0.4 + 0.1 * t) * 255) / 255).astype(np.float32)
            moments.append(VideoFrame(frame, frame, frame.mean(axis=2), Defocus(10.0 + t, 0.1 * n)))
        write_video(tmp_path / "set" / f"{n:05d}", moments, 2.2, "focus-pull")
    return open_dataset(tmp_path / "set")


@pytest.fixture(autouse=True)
def _set(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()


def same(one: Window, other: Window) -> bool:
    return all(torch.equal(a, b) for a, b in zip(tensors(one), tensors(other), strict=True))


def tensors(window: Window) -> list[torch.Tensor]:
    return [value for value in window.values() if isinstance(value, torch.Tensor)]


def test_shapes_and_the_defocus_that_goes_with_them(videos: list[Video], packed: PackedVideos) -> None:
    window = StoredWindows(videos, packed, frames=4, crop=32)[1]
    assert window["frames"].shape == window["bokeh"].shape == (4, 3, 32, 32)
    assert window["disparity"].shape == window["defocus"].shape == (4, 1, 32, 32)
    assert window["guess"].shape == (4, 7, 32, 32)
    assert window["blur"].shape == window["focus_disparity"].shape == (4,)
    assert [tensor.dtype for tensor in tensors(window)] == [torch.float32] * 7
    k, focus = (values.view(4, 1, 1, 1) for values in (window["blur"], window["focus_disparity"]))
    assert torch.allclose(window["defocus"], k * (window["disparity"] - focus))


def test_variation_keeps_frame_bokeh_disparity_and_lens_together(videos: list[Video], packed: PackedVideos) -> None:
    windows = StoredWindows(videos, packed, frames=4, crop=32, corrupted=False)
    backwards = set()
    for index in range(24):
        window = windows[index]
        assert torch.equal(window["frames"], window["bokeh"])
        # The prior's pictures went the same way as the frame, and its last channel, no colour, as the defocus map.
        assert torch.allclose(window["guess"][:, :3], window["frames"], atol=1e-6)
        assert torch.allclose(window["guess"][:, 3:6], window["frames"] / 2, atol=0.003)
        assert torch.allclose(window["guess"][:, 6:], window["defocus"].abs() / 20, atol=0.003)
        # Undo the channels' gains: each channel of a frame is the texture's by one factor, at least DIMMEST.
        ratio = window["disparity"] / window["frames"].mean(1, keepdim=True)
        assert 1 - 1e-3 <= float(ratio.median()) <= 1 / DIMMEST + 1e-3
        steps = torch.diff(window["blur"])
        assert torch.equal(steps.abs(), torch.ones(3))
        brightness = window["frames"].mean((1, 2, 3))
        assert torch.equal(torch.diff(brightness) > 0, steps > 0)
        backwards.add(bool(steps[0] < 0))
    assert backwards == {True, False}


def test_every_index_is_its_own_repeatable_draw(videos: list[Video], packed: PackedVideos) -> None:
    windows = StoredWindows(videos, packed, crop=32, seed=3)
    assert same(windows[2], windows[2])
    assert not same(windows[2], windows[2 + len(windows)])
    assert not same(windows[2], StoredWindows(videos, packed, crop=32, seed=4)[2])


def test_corruption_touches_the_disparity_alone(videos: list[Video], packed: PackedVideos) -> None:
    clean, spoilt = (StoredWindows(videos, packed, crop=32, corrupted=c) for c in (False, True))
    differs = 0
    for index in range(12):
        one, other = clean[index], spoilt[index]
        assert torch.equal(one["frames"], other["frames"])
        assert torch.equal(one["bokeh"], other["bokeh"])
        differs += not torch.equal(one["disparity"], other["disparity"])
        assert torch.allclose(other["guess"][:, 6:], other["defocus"].abs().clamp(max=20) / 20, atol=0.003)
    assert 3 <= differs <= 10


def test_packed_videos_are_what_was_stored_and_notice_a_video_made_anew(
    videos: list[Video], packed: PackedVideos, tmp_path: Path
) -> None:
    moments = packed.read(videos[0], 2, 2, View(8, 10, 3, 5), corrupted=False)
    for t in range(2):
        stored = videos[0].read(2 + t)
        assert np.array_equal(moments.frames[t].permute(1, 2, 0).numpy(), stored.frame[3:11, 5:15])
        assert np.array_equal(moments.bokeh[t].permute(1, 2, 0).numpy(), stored.bokeh[3:11, 5:15])
        assert np.array_equal(moments.disparity[t, 0].numpy(), stored.disparity[3:11, 5:15])
        assert moments.lens[t] == stored.defocus
    packed.read(videos[0], 0, 1, View(8, 8), corrupted=True)
    assert len(list((tmp_path / "packed").iterdir())) == 1
    meta = videos[0].path / "meta.json"
    meta.write_text(meta.read_text() + "\n")
    packed.read(videos[0], 0, 1, View(8, 8), corrupted=False)
    assert len(list((tmp_path / "packed").iterdir())) == 2


def test_windows_on_the_fly_are_crops_of_the_recipes_videos() -> None:
    recipe = Recipe(stream=0, videos=2, objects=2, points=8, frames=5, size=48)
    windows = GeneratedWindows(recipe, ProceduralAssets(), guess, frames=3, crop=32, seed=1)
    assert len(windows) == 2
    window = windows[1]
    assert window["frames"].shape == (3, 3, 32, 32)
    assert same(window, windows[1])
    assert not same(window, windows[3])


def test_a_loader_batches_windows(videos: list[Video], packed: PackedVideos) -> None:
    (batch,) = DataLoader(StoredWindows(videos, packed, crop=32), batch_size=3)
    assert batch["frames"].shape == (3, 4, 3, 32, 32)
    assert batch["blur"].shape == (3, 4)


def test_windows_that_do_not_fit_are_refused(videos: list[Video], packed: PackedVideos) -> None:
    with pytest.raises(UsageError, match="make it smaller"):
        StoredWindows(videos, packed, crop=64)[0]
    with pytest.raises(UsageError, match="make them shorter"):
        StoredWindows(videos, packed, frames=7, crop=32)[0]
