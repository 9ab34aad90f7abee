"""The layered renderer, held against a brute-force lens and against what any lens must do."""

from __future__ import annotations

from functools import cache, partial
from typing import get_args

import numpy as np
import pytest
import torch
from focuspuller.core.classical.layered import Quality, layered

from tests.core.classical.oracle import (
    GAMMA,
    Array,
    Layer,
    away_from_border,
    away_from_edges,
    cut_out,
    dead_leaves,
    noise,
    pinhole,
    psnr,
    rendered,
    trace,
)

any_quality = pytest.mark.parametrize("quality", get_args(Quality))


def random_defocus(seed: int, height: int, width: int, spread: float) -> torch.Tensor:
    return torch.randn(1, height, width, generator=torch.Generator().manual_seed(seed)) * spread


@cache
def plane(texture: str, radius: float) -> tuple[Array, Array]:
    """The sharp frame of one plane, and the same blurred by `radius`; on which side of focus makes no difference."""
    margin, size = int(radius) + 2, 2 * int(radius) + 48
    texels = {"leaves": dead_leaves, "noise": noise}[texture](1, size + 2 * margin)
    scene = [Layer(texels, margin, (radius, 0, 0))]
    return pinhole(scene, size, size)[0], trace(scene, size, size)


@cache
def pair(front: float, behind: float) -> tuple[Array, Array, Array]:
    """A disc-shaped cut-out at one radius before a plane at another: (frame, defocus, traced)."""
    size, margin = 96, 24
    scene = [
        Layer(cut_out(dead_leaves(2, size + 2 * margin), (72, 66), 26), margin, (front, 0, 0)),
        Layer(dead_leaves(3, size + 2 * margin), margin, (behind, 0, 0)),
    ]
    return *pinhole(scene, size, size), trace(scene, size, size)


@any_quality
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (16, 16), (33, 47)])
def test_constant_picture_stays_constant(quality: Quality, size: tuple[int, int]) -> None:
    frame = torch.tensor([0.37, 0.9, 0.01])[:, None, None].expand(3, *size)
    maps = [torch.full((1, *size), s) for s in (0.4, -0.4, 5.0, -5.0, 70.0, -3000.0)]
    maps += [random_defocus(seed, *size, spread) for seed, spread in enumerate((0.5, 8, 200))]
    for defocus in maps:
        assert (layered(frame, defocus, quality=quality) - frame).abs().max() <= 1e-4


@any_quality
def test_zero_defocus_is_the_identity(quality: Quality) -> None:
    frame = torch.rand(3, 61, 83, generator=torch.Generator().manual_seed(0))
    assert (layered(frame, torch.zeros(1, 61, 83), quality=quality) - frame).abs().max() <= 1e-6


@pytest.mark.parametrize("side", [1, -1], ids=["front", "behind"])
@pytest.mark.parametrize(
    ("texture", "radius"),
    [("leaves", 0.7), ("noise", 1.2), ("leaves", 2.3), ("noise", 6.0), ("leaves", 15.0), ("noise", 40.0)],
)
def test_a_blurred_plane_is_what_the_lens_sees(texture: str, radius: float, side: int) -> None:
    frame, traced = plane(texture, radius)
    defocus = np.full(frame.shape[:2], side * radius, np.float32)
    floors: dict[Quality, float] = {"draft": 38, "guess": 38, "final": 40 if radius < 1 else 44}
    for quality, least in floors.items():
        picture = rendered(partial(layered, quality=quality), frame, defocus)
        assert psnr(picture, traced, away_from_edges(defocus)) >= least


@pytest.mark.parametrize(
    ("front", "behind", "overall"), [(0, -9, 33), (10, 0, 30), (-3, -12, 33)], ids=["sharp", "before", "mid"]
)
def test_occlusion_is_what_the_lens_sees(front: float, behind: float, overall: float) -> None:
    frame, defocus, traced = pair(front, behind)
    for quality in get_args(Quality):
        picture = rendered(partial(layered, quality=quality), frame, defocus)
        assert psnr(picture, traced, away_from_edges(defocus)) >= 38, quality
        assert psnr(picture, traced, away_from_border(defocus)) >= overall, quality


@any_quality
def test_nothing_bleeds_into_a_sharp_foreground(quality: Quality) -> None:
    frame, defocus, _ = pair(0, -9)
    picture = rendered(partial(layered, quality=quality), frame, defocus)
    beside = np.pad(defocus, 1, mode="edge")
    beside = np.stack([beside[y : y + len(defocus), x : x + len(defocus[0])] for y in range(3) for x in range(3)])
    # The final may find some of what is behind in the pixels of the rim.
    inside = (beside == 0).all(0) if quality != "draft" else defocus == 0
    assert np.abs(picture - frame)[inside].max() <= 1e-5


@any_quality
@pytest.mark.parametrize("radius", [0.3, 0.5, 0.65, 0.7, 0.8, 1.5])
def test_nothing_shows_through_a_foreground_hardly_out_of_focus(quality: Quality, radius: float) -> None:
    frame, defocus = torch.ones(3, 64, 64), torch.full((1, 64, 64), -12.0)
    inside = (..., slice(16, 48), slice(16, 48))
    frame[inside], defocus[inside] = 0.2, radius
    interior = layered(frame, defocus, quality=quality)[..., 20:44, 20:44]
    assert (interior - 0.2).abs().max() < 5e-3


@any_quality
@pytest.mark.parametrize("radii", [(16, 8), (16, 12), (-8, -16), (6, 3)])
def test_hardly_any_ground_shows_between_two_things_side_by_side(quality: Quality, radii: tuple[float, float]) -> None:
    frame, defocus = torch.ones(3, 112, 96), torch.full((1, 112, 96), min(-1.0, *radii) - 20.0)
    for half, colour, radius in ((slice(0, 48), 0.2, radii[0]), (slice(48, 96), 0.4, radii[1])):
        frame[:, :72, half], defocus[:, :72, half] = colour, radius
    # Far from all that is white. Where one's disc is hidden whole behind the other's, there is nothing to tell it from.
    seam = layered(frame, defocus, quality=quality)[:, : 72 - 40, 20:76]
    assert seam.min() >= 0.2 - 1e-3
    assert seam.max() <= 0.4 + 0.04


@any_quality
@pytest.mark.parametrize("radius", [0.0, 0.6, 1.0, 2.5])
def test_what_is_hardly_out_of_focus_goes_on_behind_a_blurred_foreground(quality: Quality, radius: float) -> None:
    # A dark thing before a grey wall, and far from both a white ground.
    frame, defocus = torch.ones(3, 96, 160), torch.full((1, 96, 160), -6.0)
    frame[:, :, 40:], defocus[:, :, 40:] = 0.5, radius
    frame[:, 24:72, 88:136], defocus[:, 24:72, 88:136] = 0.0, 16.0
    beside = layered(frame, defocus, quality=quality)[:, 40:56, 72:136]
    assert beside.max() <= 0.5 + 0.01
    assert beside[..., 14:17].diff(dim=-1).abs().max() <= 0.03


@any_quality
@pytest.mark.parametrize("radius", [3.0, 12.0])
def test_a_blurred_foreground_is_soft_on_both_sides_of_its_edge(quality: Quality, radius: float) -> None:
    frame = np.zeros((48, 128, 3), np.float32)
    frame[:, :64] = 1
    defocus = np.where(frame[..., 0] > 0, np.float32(radius), np.float32(0))
    profile = rendered(partial(layered, quality=quality), frame, defocus)[24, :, 0] ** GAMMA
    x = np.arange(128) - 63.5
    t = (x / radius).clip(-1, 1)
    seen = 0.5 - (t * np.sqrt(1 - t * t) + np.arcsin(t)) / np.pi
    outside = x > 0
    assert np.abs(profile - seen)[outside].max() <= (0.035 if quality == "draft" else 0.03)
    assert profile[x < -1.5 * radius].min() >= 0.999
    assert np.diff(profile).max() <= 1e-4


@pytest.mark.parametrize("side", [1, -1], ids=["front", "behind"])
def test_a_slanted_plane_has_no_seams(side: int) -> None:
    height, width, margin = 40, 240, 30
    texels = np.concatenate([noise(seed, 160) for seed in (4, 5)], 1)[: height + 2 * margin, : width + 2 * margin]
    scene = [Layer(texels, margin, (0.5 * side, 0.1 * side, 0))]
    frame, defocus = pinhole(scene, height, width)
    traced = trace(scene, height, width)
    reach = np.abs(defocus).astype(int) + 2
    inside = (np.arange(height)[:, None] >= reach) & (np.arange(height)[:, None] < height - reach)
    inside[:, -30:] = False
    ramp = np.tile(np.linspace(0.5, 60, 1200, dtype=np.float32), (8, 1))
    stripes = np.tile((np.arange(1200) % 2)[None, :, None], (8, 1, 3)).astype(np.float32) * 0.2 + 0.4
    for quality in get_args(Quality):
        picture = rendered(partial(layered, quality=quality), frame, defocus)
        assert psnr(picture, traced, inside) >= 38, quality
        # Where layers or levels take over from one another no column may stand out, in brightness or in sharpness.
        flat = rendered(partial(layered, quality=quality), stripes, side * ramp)[4, 60:-60, 0]
        assert np.abs(flat - flat.mean()).max() <= 0.004, quality


@any_quality
def test_soft_disparity_edges_draw_no_ghost(quality: Quality) -> None:
    x = np.tile(np.arange(160), (64, 1))
    frame = np.repeat((x < 80).astype(np.float32)[..., None], 3, 2)
    soft = (-30 * ((x - 78) / 5).clip(0, 1)).astype(np.float32)
    picture = rendered(partial(layered, quality=quality), frame, soft) ** GAMMA
    assert picture[:, 84:].max() <= 0.01
    assert picture[:, :78].min() >= 0.99


def test_a_highlight_becomes_an_even_round_disc() -> None:
    size, radius = 161, 26.0
    frame = np.zeros((size, size, 3), np.float32)
    frame[80, 80] = 1
    defocus = np.full((size, size), -radius, np.float32)
    disc = rendered(partial(layered, quality="final"), frame, defocus)[..., 0].astype(np.float64) ** GAMMA
    y, x = np.mgrid[:size, :size] - 80
    assert disc.sum() == pytest.approx(1, rel=0.01)
    for axis in (x, y):
        assert (disc * axis**2).sum() / disc.sum() == pytest.approx(radius**2 / 4, rel=0.03)
    within = np.hypot(x, y) < 0.8 * radius
    assert disc[within].std() / disc[within].mean() <= 0.06
    assert disc[np.hypot(x, y) > 1.3 * radius].max() <= 0.02 * disc[within].mean()


@any_quality
def test_a_frame_is_the_same_every_time_and_in_any_batch(quality: Quality) -> None:
    frames = torch.rand(2, 1, 3, 70, 53, generator=torch.Generator().manual_seed(1))
    defocus = torch.stack([random_defocus(seed, 70, 53, 3.0 * 4**seed) for seed in (1, 2)])[:, None]
    whole = layered(frames, defocus, quality=quality)
    assert whole.shape == frames.shape
    for index in np.ndindex(2, 1):
        assert torch.equal(whole[index], layered(frames[index], defocus[index], quality=quality))


@any_quality
def test_a_frame_is_the_same_on_any_number_of_threads(quality: Quality) -> None:
    frame = torch.rand(3, 60, 853, generator=torch.Generator().manual_seed(5))
    defocus = torch.linspace(-30, 30, 853).expand(1, 60, 853) + random_defocus(6, 60, 853, 0.5)
    threads = torch.get_num_threads()
    try:
        pictures = []
        for count in (1, 2):
            torch.set_num_threads(count)
            pictures.append(layered(frame, defocus, quality=quality))
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(pictures[0], pictures[1])


@any_quality
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (16, 16), (49, 31)])
@pytest.mark.parametrize("spread", [1.0, 40.0, 1e5])
def test_any_size_and_radius_stays_within_the_picture_s_range(
    quality: Quality, size: tuple[int, int], spread: float
) -> None:
    frame = torch.rand(3, *size, generator=torch.Generator().manual_seed(2)) * 0.6 + 0.2
    picture = layered(frame, random_defocus(3, *size, spread), quality=quality)
    assert picture.min() >= frame.min() - 1e-5
    assert picture.max() <= frame.max() + 1e-5


def test_a_blur_far_wider_than_the_picture_is_its_mean() -> None:
    frame = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(4))
    picture = layered(frame, torch.full((1, 32, 32), -1e4), quality="final")
    mean = frame.pow(GAMMA).mean((1, 2), keepdim=True).pow(1 / GAMMA)
    assert (picture - mean).abs().max() <= 1e-3
