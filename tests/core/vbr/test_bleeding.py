"""What a camera lets bleed over edges goes; what is the scene's own stays."""

import math

import pytest
import torch
from focuspuller.core.vbr import bleeding
from focuspuller.core.vbr.bleeding import unbled
from torch import Tensor
from torch.nn import functional

SIZE, REACH = 96, 3
NEAR, FAR = (0.1, 0.25, 0.6), (0.85, 0.7, 0.5)


def as_rendered(frame: Tensor) -> Tensor:
    """Laid out as the network's frames are: for another layout all would be compiled again."""
    return frame.contiguous(memory_format=torch.channels_last)


def scene(
    texture: float = 0.02,
    near: float = 16.0,
    far: float = 0.0,
    disc: float = 28.0,
    at: tuple[float, float] = (0.0, 0.0),
) -> tuple[Tensor, Tensor]:
    """A disc, of that radius in px, before a wall, each of one colour and a texture: frame (1, 3, H, W) and defocus
    (1, 1, H, W)."""
    y, x = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    inside = torch.hypot(y - SIZE / 2.0 - at[0], x - SIZE / 2.0 - at[1]) < disc
    noise = torch.rand(3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) - 0.5
    near_colour, far_colour = (torch.tensor(colour)[:, None, None] for colour in (NEAR, FAR))
    frame = torch.where(inside, near_colour, far_colour) + texture * noise
    return as_rendered(frame.clamp(0, 1)[None]), torch.where(inside, near, far)[None, None]


def filmed(frame: Tensor) -> Tensor:
    """As a camera records it: soft, and chroma of every other pixel alone."""
    soft = frame
    for _ in range(2):
        soft = functional.avg_pool2d(functional.pad(soft, (1, 1, 1, 1), mode="replicate"), 3, 1)
    luma, *chroma = bleeding._turned(soft[0], bleeding.OPPONENT)
    small = functional.avg_pool2d(torch.stack(chroma)[None], 2)
    wide = functional.interpolate(small, scale_factor=2, mode="bilinear")[0]
    return as_rendered(bleeding._turned(torch.cat([luma[None], wide]), bleeding.RGB)[None])


def off(picture: Tensor, truth: Tensor, where: Tensor) -> float:
    return (picture - truth).square().mean(1, keepdim=True)[where].mean().sqrt().item()


def rim(defocus: Tensor) -> Tensor:
    """On the wall, REACH px around the disc."""
    window = 2 * REACH + 1
    return (functional.max_pool2d(defocus, window, 1, REACH) > 8) & (defocus < 8)


def test_what_a_camera_bled_on_the_background_goes() -> None:
    truth, defocus = scene()
    given = filmed(truth)
    where = rim(defocus)
    assert off(given, truth, where) > 0.04
    assert off(unbled(given, defocus), truth, where) < 0.4 * off(given, truth, where)
    # On the other side, too, whose light would lie on the background.
    where = rim(16 - defocus)
    assert off(unbled(given, defocus), truth, where) < 0.5 * off(given, truth, where)


def test_a_frame_in_which_nothing_bled_stays_the_same_to_the_bit() -> None:
    for texture in (0.0, 0.02, 0.5):
        frame, defocus = scene(texture)
        assert torch.equal(unbled(frame, defocus), frame)


def test_an_edge_that_is_to_be_seen_stays_as_it_was_filmed() -> None:
    truth, _ = scene()
    given = filmed(truth)
    for near, far in ((0.0, -16.0), (0.5, -8.0), (1.0, 0.0), (-4.0, -20.0)):
        _, defocus = scene(near=near, far=far)
        assert torch.equal(unbled(given, defocus), given)


def test_away_from_edges_nothing_changes() -> None:
    truth, defocus = scene()
    given = filmed(truth)
    reach = 2 * REACH + 1
    beside = functional.max_pool2d(defocus, reach, 1, REACH) != -functional.max_pool2d(-defocus, reach, 1, REACH)
    changed = (unbled(given, defocus) != given).any(1, keepdim=True)
    assert changed.any()
    assert not (changed & ~beside).any()


def test_texture_stays() -> None:
    truth, defocus = scene(texture=0.5)
    where = rim(defocus)[0, 0]
    mended, alone = unbled(filmed(truth), defocus)[0, :, where], filmed(scene(0.5, disc=0)[0])[0, :, where]
    assert mended.std(1).min() > 0.7 * alone.std(1).min()


def test_pixels_that_mix_two_surfaces_have_not_bled() -> None:
    y, x = torch.meshgrid(torch.arange(4 * SIZE) / 4, torch.arange(4 * SIZE) / 4, indexing="ij")
    inside = torch.hypot(y - SIZE / 2.0, x - SIZE / 2.0) < 28
    share = functional.avg_pool2d(inside.float()[None, None], 4)
    near_colour, far_colour = (torch.tensor(colour)[:, None, None] for colour in (NEAR, FAR))
    frame = as_rendered(torch.lerp(far_colour, near_colour, share))
    assert torch.equal(unbled(frame, torch.where(share > 0.5, 16.0, 0.0)), frame)


@pytest.mark.parametrize("growth", [-3, 3])
def test_an_edge_that_disparity_misplaces_has_not_bled(growth: int) -> None:
    frame, _ = scene()
    _, defocus = scene(disc=28.0 + growth)
    assert torch.equal(unbled(frame, defocus), frame)


def test_what_moves_and_grows_is_mended_in_every_frame() -> None:
    left = []
    for t in range(16):
        truth, defocus = scene(disc=10 + 0.5 * t, at=(0.5 * t, 0.2 * t))
        given, where = filmed(truth), rim(defocus)
        left.append(off(unbled(given, defocus), truth, where) / off(given, truth, where))
    assert max(left) < 0.6


@pytest.mark.parametrize("degrees", [0, 15, 30, 37, 45, 60])
def test_edges_are_mended_however_they_run(degrees: int) -> None:
    along = math.radians(degrees)
    truth, defocus = scene(disc=4000.0, at=(4020 * math.cos(along), 4020 * math.sin(along)))
    given, where = filmed(truth), rim(defocus)
    assert off(unbled(given, defocus), truth, where) < 0.85 * off(given, truth, where)


def test_another_thing_that_comes_out_of_focus_changes_little() -> None:
    """Whether colours bleed is one answer for a frame."""
    truth, defocus = scene(disc=14.0, at=(-20.0, 0.0))
    other, _ = scene(disc=14.0, at=(20.0, 0.0))
    there = scene(disc=14.0, at=(20.0, 0.0))[1] > 0
    given = filmed(torch.where(there, other, truth))
    first, second = (unbled(given, torch.where(there, radius, defocus)) for radius in (1.0, 1.05))
    assert (first - second).abs().max() < 0.01


def test_frames_of_a_batch_do_not_know_each_other() -> None:
    truth, defocus = scene()
    frames = as_rendered(torch.cat([filmed(truth), truth, filmed(truth).flip(-1)]))
    maps = torch.cat([defocus, defocus, defocus.flip(-1)])
    together = unbled(frames, maps)
    alone = torch.cat([unbled(frames[n : n + 1], maps[n : n + 1]) for n in range(3)])
    assert torch.equal(together, alone)


def test_a_gpu_s_way_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    truth, defocus = scene()
    given = filmed(truth)
    compiled = unbled(given, defocus)
    monkeypatch.setattr(bleeding, "_add_up", bleeding.add_up_by_tensors)
    assert torch.allclose(unbled(given, defocus), compiled, atol=1e-3)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_gpu_gives_the_same() -> None:
    truth, defocus = scene()
    given = filmed(truth)
    assert torch.allclose(unbled(given.cuda(), defocus.cuda()).cpu(), unbled(given, defocus), atol=1e-3)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 5), (20, 33)])
def test_any_size_goes_through(size: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(1)
    frames, defocus = torch.rand(2, 3, *size, generator=generator), 20 * torch.randn(2, 1, *size, generator=generator)
    mended = unbled(as_rendered(frames), defocus)
    assert mended.shape == frames.shape
    assert 0 <= mended.min() <= mended.max() <= 1
