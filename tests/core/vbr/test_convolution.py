"""One pass over memory, against step by step."""

from __future__ import annotations

import torch
from focuspuller.core.vbr.convolution import activation, added, conv, one_pass, rectified
from focuspuller.core.vbr.norm import ChannelNorm


def picture(channels: int, seed: int = 0) -> torch.Tensor:
    drawn = torch.randn(2, channels, 13, 10, generator=torch.Generator().manual_seed(seed))
    return drawn.contiguous(memory_format=torch.channels_last)


def test_convolutions_with_what_follows_them_are_the_same_in_one_pass() -> None:
    torch.manual_seed(0)
    layer, x, base = conv(12, 20), picture(12), picture(20, seed=1)
    expected = activation()(layer(x)), base + layer(x)
    assert not one_pass(x)
    assert torch.equal(rectified(layer, x), expected[0])
    with torch.no_grad():
        assert one_pass(x)
        assert torch.allclose(rectified(layer, x), expected[0], atol=1e-6)
        assert torch.allclose(added(layer, x, base.clone(memory_format=torch.preserve_format)), expected[1], atol=1e-6)
        assert torch.allclose(added(layer, x.contiguous(), base.contiguous()), expected[1], atol=1e-6)


def test_half_precision_is_as_near_in_one_pass() -> None:
    torch.manual_seed(0)
    layer, x, base = conv(12, 20), picture(12), picture(20, seed=1)
    expected = activation()(layer(x)), base + layer(x)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        assert not one_pass(x)
        close = rectified(layer, x), added(layer, x, base.clone(memory_format=torch.preserve_format))
    for ours, exact in zip(close, expected, strict=True):
        assert ours.dtype == torch.bfloat16
        assert torch.allclose(ours.float(), exact, rtol=2e-2, atol=3e-2)


def test_channels_are_normalised_alike() -> None:
    torch.manual_seed(0)
    norm, x = ChannelNorm(20), 3 * picture(20) + 5
    torch.nn.init.normal_(norm.norm.weight)
    torch.nn.init.normal_(norm.norm.bias)
    expected = norm(x)
    with torch.no_grad():
        assert torch.allclose(norm(x), expected, atol=1e-5)
        assert torch.allclose(norm(x.contiguous()), expected, atol=1e-5)
