from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from focuspuller.core.errors import UsageError
from focuspuller.core.frames import Image
from focuspuller.core.optics import Defocus
from focuspuller.core.outlines.outlined import Outlines
from focuspuller.core.outlines.outliner import Outliner
from focuspuller.core.svb.dataset import Video, VideoFrame, open_dataset, open_video, write_video
from focuspuller.core.svb.packed import PackedVideos, pack
from focuspuller.core.svb.trace import View
from focuspuller.core.svb.windows import DIMMEST, Batch, StoredWindows
from torch import Tensor


def guess(frames: Tensor, defocus: Tensor, hidden: Tensor | None = None) -> Tensor:
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


def windows_of(
    videos: list[Video], packed: PackedVideos, crop: int, frames: int = 4, seed: int = 0, corrupted: bool = True
) -> StoredWindows:
    return StoredWindows(videos, packed, frames, crop, seed, corrupted=corrupted)


def lens_of(batch: Batch) -> tuple[Tensor, Tensor]:
    """K and focus disparity (B, T) by which disparity became defocus."""
    disparity, defocus = batch["disparity"].flatten(-3), batch["defocus"].flatten(-3)
    low, high = disparity.min(-1, keepdim=True), disparity.max(-1, keepdim=True)
    at_low, at_high = (defocus.gather(-1, end.indices) for end in (low, high))
    k = (at_high - at_low) / (high.values - low.values)
    return k.squeeze(-1), (low.values - at_low / k).squeeze(-1)


def window(windows: StoredWindows, index: int) -> Batch:
    """One window, without the batch's dimension."""
    batch = windows.batch([index])
    return cast(Batch, {name: tensor[0] for name, tensor in batch.items() if isinstance(tensor, Tensor)})


def tensors(batch: Batch) -> list[Tensor]:
    return [value for value in batch.values() if isinstance(value, Tensor)]


def same(one: Batch, other: Batch) -> bool:
    return all(torch.equal(a, b) for a, b in zip(tensors(one), tensors(other), strict=True))


def test_shapes_and_the_defocus_that_goes_with_them(videos: list[Video], packed: PackedVideos) -> None:
    batch = windows_of(videos, packed, crop=32).batch([1, 5])
    assert batch["frames"].shape == batch["bokeh"].shape == (2, 4, 3, 32, 32)
    assert batch["disparity"].shape == batch["defocus"].shape == (2, 4, 1, 32, 32)
    assert batch["guess"].shape == (2, 4, 7, 32, 32)
    assert [tensor.dtype for tensor in tensors(batch)] == [torch.float32] * 5
    k, focus = (values.view(2, 4, 1, 1, 1) for values in lens_of(batch))
    assert ((k > 9.9) & (k < 15.1)).all()
    assert torch.allclose(batch["defocus"], k * (batch["disparity"] - focus), atol=1e-3)


def test_variation_keeps_frame_bokeh_disparity_and_lens_together(videos: list[Video], packed: PackedVideos) -> None:
    windows = windows_of(videos, packed, crop=32, corrupted=False)
    backwards = set()
    for index in range(24):
        seen = window(windows, index)
        assert torch.equal(seen["frames"], seen["bokeh"])
        # The prior's pictures went the same way as the frame, and its last channel, no colour, as the defocus map.
        assert torch.allclose(seen["guess"][:, :3], seen["frames"], atol=1e-6)
        assert torch.allclose(seen["guess"][:, 3:6], seen["frames"] / 2, atol=0.003)
        assert torch.allclose(seen["guess"][:, 6:], seen["defocus"].abs() / 20, atol=0.003)
        # Undo the channels' gains: each channel of a frame is the texture's by one factor, at least DIMMEST.
        ratio = seen["disparity"] / seen["frames"].mean(1, keepdim=True)
        assert 1 - 1e-3 <= float(ratio.median()) <= 1 / DIMMEST + 1e-3
        steps = torch.diff(lens_of(seen)[0])
        assert torch.allclose(steps.abs(), torch.ones(3), atol=1e-3)
        brightness = seen["frames"].mean((1, 2, 3))
        assert torch.equal(torch.diff(brightness) > 0, steps > 0)
        backwards.add(bool(steps[0] < 0))
    assert backwards == {True, False}


def test_a_turned_window_is_the_video_turned(videos: list[Video], packed: PackedVideos) -> None:
    """In one of eight orientations each window is a part of its video."""
    windows = windows_of(videos[:1], packed, crop=40, corrupted=False)
    whole = torch.from_numpy(np.stack([videos[0].read(t).disparity for t in range(6)]))
    kinds = set()
    for index in range(32):
        first = window(windows, index)["disparity"][0, 0]
        for turns, mirror in itertools.product(range(4), (False, True)):
            back = torch.rot90(first.flip(-1) if mirror else first, turns, (-2, -1))
            parts = (whole[t, :, left : left + 40] for t in range(6) for left in range(9))
            if any(torch.allclose(back, part, atol=1e-4) for part in parts):
                kinds.add((turns, mirror))
                break
        else:
            pytest.fail(f"window {index} is nowhere in its video")
    assert len(kinds) == 8


def test_a_batch_is_its_windows_side_by_side(videos: list[Video], packed: PackedVideos) -> None:
    windows = windows_of(videos, packed, crop=32)
    together = windows.batch([4, 0, 7])
    for place, index in enumerate([4, 0, 7]):
        alone = windows.batch([index])
        for ours, theirs in zip(tensors(together), tensors(alone), strict=True):
            assert torch.equal(ours[place], theirs[0])


def test_every_index_is_its_own_repeatable_draw(videos: list[Video], packed: PackedVideos) -> None:
    windows = windows_of(videos, packed, crop=32, seed=3)
    assert same(windows.batch([2]), windows.batch([2]))
    assert not same(windows.batch([2]), windows.batch([2 + len(videos)]))
    assert not same(windows.batch([2]), windows_of(videos, packed, crop=32, seed=4).batch([2]))


def test_corruption_touches_the_disparity_alone(videos: list[Video], packed: PackedVideos) -> None:
    clean, spoilt = (windows_of(videos, packed, crop=32, corrupted=c) for c in (False, True))
    differs = 0
    for index in range(12):
        one, other = window(clean, index), window(spoilt, index)
        assert torch.equal(one["frames"], other["frames"])
        assert torch.equal(one["bokeh"], other["bokeh"])
        differs += not torch.equal(one["disparity"], other["disparity"])
        assert torch.allclose(other["guess"][:, 6:], other["defocus"].abs().clamp(max=20) / 20, atol=0.003)
    assert 3 <= differs <= 10


def test_packed_videos_are_what_was_stored_and_notice_a_video_made_anew(
    videos: list[Video], packed: PackedVideos, tmp_path: Path
) -> None:
    codes = packed.read(videos[0], 2, 2, View(8, 10, 3, 5), corrupted=False)
    disparity = (codes.given[..., 0].int() + 256 * codes.given[..., 1].int()).numpy()
    for t in range(2):
        stored = videos[0].read(2 + t)
        both = np.concatenate([stored.frame, stored.bokeh], 2)[3:11, 5:15]
        assert np.array_equal(codes.pictures[t].numpy(), np.round(255 * both))
        assert np.array_equal(disparity[t], np.round(65535 * stored.disparity[3:11, 5:15]))
        assert codes.lens[t] == stored.defocus
    packed.read(videos[0], 0, 1, View(8, 8), corrupted=True)
    assert len(list((tmp_path / "packed").iterdir())) == 1
    path = videos[0].path
    shutil.copy(path / "frames" / "0003.png", path / "bokeh" / "0002.png")
    changed = packed.read(open_video(path), 2, 1, View(8, 10, 3, 5), corrupted=False)
    assert not torch.equal(changed.pictures, codes.pictures[:1])
    (path / "meta.json").touch()
    packed.read(open_video(path), 0, 1, View(8, 8), corrupted=False)
    assert len(list((tmp_path / "packed").iterdir())) == 3


def test_videos_are_packed_in_advance_and_once(videos: list[Video], packed: PackedVideos, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    packed.fill(videos, lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)]
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "packed").iterdir()}
    assert len(made) == 3
    PackedVideos(tmp_path / "packed", guess).fill(videos, lambda done, total: None)
    assert made == {path: path.stat().st_mtime_ns for path in (tmp_path / "packed").iterdir()}


class Flat(Outlines):
    """Takes everything for one plane."""

    def firm(self, frame: Image, disparity: Image) -> Image:
        assert frame.shape == (*disparity.shape, 3)
        return np.full_like(disparity, 0.25)


def test_damaged_packed_videos_are_packed_again(videos: list[Video], packed: PackedVideos, tmp_path: Path) -> None:
    packed.fill(videos, lambda done, total: None)
    whole = windows_of(videos, packed, crop=32).batch(range(6))
    first, second, third = (tmp_path / "packed").glob("*.npy")
    first.write_bytes(first.read_bytes()[:-1])
    second.write_bytes(b"")
    np.save(third, np.zeros((6, 40, 47, 20), np.uint8))
    assert same(windows_of(videos, packed, crop=32).batch(range(6)), whole)


def test_a_folder_may_have_a_name_that_is_no_text(videos: list[Video], packed: PackedVideos, tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    (tmp_path / "set").rename(tmp_path / odd)
    packed.fill(open_dataset(tmp_path / odd), lambda done, total: None)


def test_edges_are_firm_before_anything_is_made_of_them(videos: list[Video], tmp_path: Path) -> None:
    outlines = Flat(Outliner(), torch.device("cpu"), "flat")
    batch = windows_of(videos, PackedVideos(tmp_path / "packed", guess, outlines), crop=32).batch([0, 1])
    assert torch.allclose(batch["disparity"], torch.tensor(0.25), atol=1e-4)
    assert torch.allclose(batch["guess"][:, :, -1], batch["defocus"][:, :, 0].abs() / 20, atol=3e-3)


def test_what_other_outlines_have_made_is_not_read(videos: list[Video], packed: PackedVideos, tmp_path: Path) -> None:
    given = windows_of(videos, packed, crop=32).batch([0])
    outlines = Flat(Outliner(), torch.device("cpu"), "flat")
    firm = windows_of(videos, PackedVideos(tmp_path / "packed", guess, outlines), crop=32).batch([0])
    assert not torch.allclose(given["disparity"], firm["disparity"], atol=1e-2)


def test_the_nearest_and_the_farthest_keep_their_disparity(tmp_path: Path) -> None:
    disparity = np.where(np.arange(16) < 8, 1, 0).astype(np.float32) * np.ones((16, 1), np.float32)
    moment = VideoFrame(*2 * (np.zeros((16, 16, 3), np.float32),), disparity, Defocus(1.0, 0.5))
    for seed in range(8):
        codes = pack([moment], seed, guess, None, torch.device("cpu"))[..., [6, 7, 15, 16]].int()
        for low, high in ((0, 1), (2, 3)):
            value = codes[0, 8, :, low] + 256 * codes[0, 8, :, high]
            assert value[0] > 60000
            assert value[-1] < 5000


def test_windows_that_do_not_fit_are_refused(videos: list[Video], packed: PackedVideos) -> None:
    with pytest.raises(UsageError, match="make it smaller"):
        windows_of(videos, packed, crop=64).batch([0])
    with pytest.raises(UsageError, match="make them shorter"):
        windows_of(videos, packed, frames=7, crop=32).batch([0])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gives_the_windows_that_the_cpu_gives(videos: list[Video], packed: PackedVideos, tmp_path: Path) -> None:
    there = PackedVideos(tmp_path / "packed", guess, device=torch.device("cuda"))
    ours, theirs = (windows_of(videos, source, crop=32).batch([0, 1, 5]) for source in (packed, there))
    for name in ("frames", "bokeh", "guess", "defocus"):
        assert torch.allclose(ours[name], theirs[name].cpu(), atol=1e-5)
