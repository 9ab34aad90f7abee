"""A convolution and what follows it, in one pass over memory where oneDNN renders on a CPU: the same numbers, in full
precision to the bit, in half with one rounding less."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.1
"""Of the leaky rectifiers, below zero."""

ONE_DNN = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]  # which torch leaves untyped

BFLOAT16 = ONE_DNN and torch.ops.mkldnn._is_mkldnn_bf16_supported()
"""Whether it knows this processor's half precision."""


def conv(in_channels: int, out_channels: int, stride: int = 1, size: int = 3) -> nn.Conv2d:
    """Padded with zeros; passes on as much as it gets, which PyTorch's own start does not."""
    layer = nn.Conv2d(in_channels, out_channels, size, stride, padding=1)
    assert layer.bias is not None
    if not layer.weight.is_meta:  # where weights are to be loaded; for a start there, torch loads a compiler first
        nn.init.kaiming_normal_(layer.weight, a=SLOPE)
        nn.init.zeros_(layer.bias)
    return layer


def activation() -> nn.LeakyReLU:
    """In place, for nobody needs what a convolution gave it again, and memory is what it costs."""
    return nn.LeakyReLU(SLOPE, inplace=True)


def rectified(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """The convolution, and `activation` after it."""
    if not by_one_dnn(x):
        return functional.leaky_relu(layer(x), SLOPE, inplace=True)
    given = _in_its_precision(layer, x)
    out: Tensor = torch.ops.mkldnn._convolution_pointwise(
        *given, layer.padding, layer.stride, layer.dilation, 1, "leaky_relu", [SLOPE], ""
    )
    return out


def added(layer: nn.Conv2d, x: Tensor, base: Tensor) -> Tensor:
    """base + convolution, in the place of the base."""
    if not (by_one_dnn(x) and by_one_dnn(base)):
        sum_: Tensor = layer(x).add_(base)
        return sum_
    given = _in_its_precision(layer, x)
    base = base.to(given[0].dtype)
    out: Tensor = torch.ops.mkldnn._convolution_pointwise_.binary(
        base, *given, layer.padding, layer.stride, layer.dilation, 1, "add", 1.0, None, [], None
    )
    return out


def _in_its_precision(layer: nn.Conv2d, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What a convolution takes, as autocast would have it."""
    assert layer.bias is not None
    if not _half():
        return x, layer.weight, layer.bias
    half = torch.get_autocast_dtype("cpu")
    return x.to(half), layer.weight.to(half), layer.bias.to(half)


def by_one_dnn(x: Tensor) -> bool:
    """Whether this (N, C, H, W) is what oneDNN's operators are for: to render with, on a CPU."""
    return (
        x.device.type == "cpu"
        and x.is_contiguous(memory_format=torch.channels_last)
        and not torch.is_grad_enabled()
        and (BFLOAT16 and torch.get_autocast_dtype("cpu") is torch.bfloat16 if _half() else ONE_DNN)
    )


def one_pass(x: Tensor) -> bool:
    """The same, in full precision, which compiled ways know alone."""
    return by_one_dnn(x) and not _half()


def _half() -> bool:
    return torch.is_autocast_enabled("cpu")
