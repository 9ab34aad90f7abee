from functools import cache

import pytest
import torch
from focuspuller.core.vbr import unet
from focuspuller.core.vbr.configuration import PAPER, PRIOR
from focuspuller.core.vbr.fusion import Fusion
from focuspuller.core.vbr.model import VBR
from focuspuller.core.vbr.pyramid import scales
from focuspuller.core.vbr.unet import Features
from torch import Tensor

from tests.core.vbr.networks import clip, guess, network


def streamed(model: VBR, frames: Tensor, defocus: Tensor, scale: float) -> Tensor:
    """The clip by the recursion a renderer uses: output(s, t) from features(s, t-1..t+1) from output(s-1, ·)."""
    schedule, last = scales(scale), len(frames) - 1

    @cache
    def features(stage: int, t: int) -> Features:
        coarser = output(stage - 1, t) if stage else None
        return model.encode(frames[t : t + 1], defocus[t : t + 1], schedule[stage], coarser)

    @cache
    def output(stage: int, t: int) -> Tensor:
        before, here, after = (features(stage, u) for u in (max(t - 1, 0), t, min(t + 1, last)))
        return model.decode(stage, model.fuse(stage, before, here, after))

    return torch.cat([output(len(schedule) - 1, t) for t in range(len(frames))])


@pytest.mark.parametrize("prior", [True, False])
@pytest.mark.parametrize("fusion", list(Fusion))
@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_window_and_streaming_give_the_same_numbers(prior: bool, fusion: Fusion, scale: float) -> None:
    model = network(prior, fusion)
    frames, defocus = clip(5, 44, 36)
    window = model(frames[None], defocus[None], scale)[0]
    assert torch.allclose(window, streamed(model, frames, defocus, scale), atol=1e-5)


@pytest.mark.parametrize(("scale", "passes"), [(1.0, 0), (0.5, 1), (0.3, 2)])
def test_every_stage_widens_the_temporal_radius_by_one(scale: float, passes: int) -> None:
    model = network(seed=1)
    frames, defocus = clip(11, 32, 32)
    t, radius = 5, 1 + passes

    def at_t_with_frame_replaced(u: int) -> Tensor:
        changed = frames.clone()
        changed[u] = 1 - changed[u]
        rendered: Tensor = model(changed[None], defocus[None], scale)[0, t]
        return rendered

    plain = model(frames[None], defocus[None], scale)[0, t]
    for direction in (-1, 1):
        assert not torch.equal(at_t_with_frame_replaced(t + direction * radius), plain)
        assert torch.equal(at_t_with_frame_replaced(t + direction * (radius + 1)), plain)


def test_without_fusion_frames_do_not_know_each_other() -> None:
    model = network(fusion=Fusion.NONE)
    frames, defocus = clip(3, 24, 24)
    window = model(frames[None], defocus[None])[0]
    alone = torch.cat([model(frames[None, t : t + 1], defocus[None, t : t + 1])[0] for t in range(3)])
    assert torch.allclose(window, alone, atol=1e-5)


@pytest.mark.parametrize("size", [(16, 16), (1, 1), (3, 50), (37, 41), (8, 9)])
@pytest.mark.parametrize("scale", [1.0, 0.3])
def test_any_size_goes_in_and_comes_out(size: tuple[int, int], scale: float) -> None:
    frames, defocus = clip(2, *size)
    bokeh = network()(frames[None], defocus[None], scale)
    assert bokeh.shape == (1, 2, 3, *size)
    assert torch.isfinite(bokeh).all()


def test_any_blur_radius() -> None:
    frames, defocus = clip(2, 40, 40)
    bokeh = network()(frames[None], 1000 * defocus[None], scale=48 / 40_000)
    assert bokeh.shape == (1, 2, 3, 40, 40)
    assert torch.isfinite(bokeh).all()


def test_padding_does_not_reach_across_the_picture() -> None:
    """What is right of a wide picture's far end cannot change its left: sizes that need padding and ones that do not
    agree where their edges are out of sight."""
    model = network(channels=4)
    frames, defocus = clip(1, 16, 640)
    whole = model(frames[None], defocus[None])
    cut = model(frames[None, ..., :637], defocus[None, ..., :637])
    assert torch.allclose(whole[..., :64], cut[..., :64], atol=1e-5)


@pytest.mark.parametrize("pixels", [1, 200, 700])
def test_strips_make_no_seams(pixels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frames, defocus = clip(2, 45, 51)
    whole = network()(frames[None], defocus[None], 0.5)
    monkeypatch.setattr(unet, "AT_A_TIME", pixels)
    assert torch.allclose(network()(frames[None], defocus[None], 0.5), whole, atol=1e-6)


def test_an_untrained_network_renders_its_starting_point() -> None:
    frames, defocus = clip(2, 24, 24)
    assert torch.allclose(VBR(PAPER)(frames[None], defocus[None])[0], frames, atol=1e-6)
    rendered = VBR(PRIOR, guess)(frames[None], defocus[None])[0]
    assert torch.allclose(rendered, guess(frames, defocus)[:, :3], atol=0.15)
    assert (rendered - guess(frames, defocus)[:, :3]).abs().mean() < 0.04


def test_the_refiner_starts_where_the_coarse_generator_stands() -> None:
    model = network()
    frames, defocus = (part[None] for part in clip(3, 24, 24))
    guesses = model.guesses(frames, defocus)
    model.start_refiner()
    learned = model.coarse(frames, defocus, guesses)
    # Next to the coarse generator's pictures there is one more, which it trusts no more than those it does not use.
    started = model.refiner(frames, defocus, torch.cat([guesses, learned], dim=2))
    assert torch.allclose(started, learned, atol=0.1)
    assert (started - learned).abs().mean() < 0.02


def test_every_parameter_of_a_trained_stage_gets_a_gradient() -> None:
    for prior in (True, False):
        model = network(prior).requires_grad_(True)
        frames, defocus = clip(3, 32, 32)
        model(frames[None], defocus[None], 0.5).square().mean().backward()
        silent = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
        assert not silent


def test_autocast_comes_close_and_returns_full_precision() -> None:
    model = network(seed=2)
    frames, defocus = clip(2, 40, 40)
    full = model(frames[None], defocus[None], 0.5)
    with torch.autocast("cpu", torch.bfloat16):
        half = model(frames[None], defocus[None], 0.5)
    assert half.dtype == torch.float32
    assert not torch.equal(half, full)
    assert (half - full).abs().mean() < 0.02


def test_in_half_precision_a_picture_of_one_column_comes_close_too() -> None:
    frames, defocus = clip(1, 48, 6)
    model = VBR(PRIOR).eval().to(memory_format=torch.channels_last)
    with torch.inference_mode():
        exact = model(frames[None], defocus[None])
        with torch.autocast("cpu", torch.bfloat16):
            deep = [model.encode(frames, defocus, 1.0).deep for _ in range(8)]
            half = model(frames[None], defocus[None])
    assert all(torch.equal(deep[0], again) for again in deep)
    assert (half - exact).abs().max() < 0.02


def test_channels_last_gives_the_same_numbers() -> None:
    frames, defocus = clip(2, 40, 40)
    expected = network()(frames[None], defocus[None])
    model = network().to(memory_format=torch.channels_last)
    assert torch.allclose(model(frames[None], defocus[None]), expected, atol=1e-5)


@pytest.mark.parametrize("half", [False, True])
def test_what_a_frame_costs_to_hold_is_known_before(half: bool) -> None:
    for size in ((37, 50), (9, 3)):
        frames, defocus = clip(1, *size)
        model = network()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            features = model.encode(frames, defocus, 1.0)
        assert features.nbytes == model.coarse.features_bytes(*size, half)


def test_sixteen_bits_are_enough_to_have_seen_a_frame_by() -> None:
    frames, defocus = clip(3, 37, 50)
    model = network()
    exact = model(frames[None], defocus[None])
    model.coarse.kept_in = torch.half
    close = model(frames[None], defocus[None])
    assert not torch.equal(close, exact)
    assert (close - exact).abs().max() < 1 / 1024


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_gpu_gives_the_same_numbers() -> None:
    frames, defocus = clip(3, 40, 40)
    expected = network()(frames[None], defocus[None], 0.5)
    there = network().cuda()(frames[None].cuda(), defocus[None].cuda(), 0.5).cpu()
    assert torch.allclose(there, expected, atol=1e-3)


@pytest.mark.parametrize("level", [0.0, 0.4, 1.0])
def test_a_flat_frame_stays_flat_whatever_the_network_has_learned(level: float) -> None:
    model = network(prior=False)
    for parameter in model.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    frames = torch.full((1, 2, 3, 30, 44), level)
    defocus = torch.linspace(-7, 7, 44).expand(1, 2, 1, 30, 44).contiguous()
    with torch.inference_mode():
        torch.testing.assert_close(model(frames, defocus), frames, rtol=0, atol=1e-5)
