"""A convolution and what follows it, in one pass over memory where oneDNN renders on a CPU: the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.1
"""Of the leaky rectifiers, below zero."""

ONE_DNN = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]  # which torch leaves untyped


def conv(in_channels: int, out_channels: int, stride: int = 1, size: int = 3) -> nn.Conv2d:
    """Padded with zeros; passes on as much as it gets, which PyTorch's own start does not."""
    layer = nn.Conv2d(in_channels, out_channels, size, stride, padding=1)
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def activation() -> nn.LeakyReLU:
    """In place, for nobody needs what a convolution gave it again, and memory is what it costs."""
    return nn.LeakyReLU(SLOPE, inplace=True)


def rectified(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """The convolution, and `activation` after it."""
    if not one_pass(x):
        return functional.leaky_relu(layer(x), SLOPE, inplace=True)
    out: Tensor = torch.ops.mkldnn._convolution_pointwise(
        x, layer.weight, layer.bias, layer.padding, layer.stride, layer.dilation, 1, "leaky_relu", [SLOPE], ""
    )
    return out


def added(layer: nn.Conv2d, x: Tensor, base: Tensor) -> Tensor:
    """base + convolution, in the place of the base."""
    if not (one_pass(x) and one_pass(base)):
        sum_: Tensor = layer(x).add_(base)
        return sum_
    out: Tensor = torch.ops.mkldnn._convolution_pointwise_.binary(
        base, x, layer.weight, layer.bias, layer.padding, layer.stride, layer.dilation, 1, "add", 1.0, None, [], None
    )
    return out


def one_pass(x: Tensor) -> bool:
    """Whether this (N, C, H, W) is what the compiled ways are for: to render with, in full precision, on a CPU."""
    return (
        x.device.type == "cpu"
        and x.is_contiguous(memory_format=torch.channels_last)
        and not torch.is_grad_enabled()
        and not torch.is_autocast_enabled("cpu")
        and ONE_DNN
    )
