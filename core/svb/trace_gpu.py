"""The tracer's march over rays and layers on a GPU: one kernel, a thread a pixel, with the compiled loop's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np
import torch
import triton
import triton.language as tl
from numpy.typing import NDArray
from torch import Tensor

from ..frames import Image

BLOCK = 128
"""Pixels that a program takes."""


class Table:
    """The texels of the last scene's layers on a GPU, uploaded once for all frames that show them."""

    def __init__(self) -> None:
        self._texels: list[Image] = []
        self._device: torch.device | None = None
        self._held = torch.empty(0)

    def of(self, texels: Sequence[Image], device: torch.device) -> Tensor:
        """All texels in one table (n, 4)."""
        same = len(texels) == len(self._texels) and all(a is b for a, b in zip(texels, self._texels, strict=True))
        if not same or self._device != device:
            self._texels, self._device = list(texels), device
            self._held = torch.from_numpy(np.concatenate([layer.reshape(-1, 4) for layer in texels])).to(device)
        return self._held


_table = Table()


def march(
    texels: Sequence[Image],
    spans: NDArray[np.int64],
    maps: Image,
    height: int,
    width: int,
    opaque: float,
    device: torch.device,
) -> Tensor:
    """Linear light (height, width, 3) on the device.

    Args:
        texels: (h, w, 4) of every layer, front to back.
        spans: (layers, 4): where a layer starts in the table of them all, its height, its width, whether its rim is
            clear.
        maps: (points, layers, 6), affine from pixel to texel.
        opaque: opacity at which a ray has met enough.
    """
    light = torch.empty(height, width, 4, device=device)
    # Triton launches on the current device, whichever holds the tensors.
    with torch.cuda.device(device) if device.type == "cuda" else nullcontext():
        _march[(triton.cdiv(height * width, BLOCK),)](
            _table.of(texels, device),
            torch.from_numpy(spans).to(device),
            torch.from_numpy(maps).to(device),
            light,
            height * width,
            width,
            maps.shape[0],
            maps.shape[1],
            opaque=opaque,
            block=BLOCK,
        )
    return light[..., :3]


@triton.jit
def _march(  # type: ignore[no-untyped-def]  # Triton gives its arguments their types
    texels,
    spans,
    maps,
    light,
    pixels,
    width,
    points,
    layers,
    opaque: tl.constexpr,
    block: tl.constexpr,
):
    pixel = tl.program_id(0) * block + tl.arange(0, block)
    x, y = (pixel % width).to(tl.float32), (pixel // width).to(tl.float32)
    channel = tl.arange(0, 4)[None, :]
    total = tl.zeros([block, 4], tl.float32)
    for n in range(points):
        opacity = tl.zeros([block], tl.float32)
        for i in range(layers):
            to_texel, span = maps + (n * layers + i) * 6, spans + 4 * i
            tx = tl.load(to_texel) * x + tl.load(to_texel + 1) * y + tl.load(to_texel + 2)
            ty = tl.load(to_texel + 3) * x + tl.load(to_texel + 4) * y + tl.load(to_texel + 5)
            columns = tl.load(span + 2)
            right, bottom = (columns - 1).to(tl.float32), (tl.load(span + 1) - 1).to(tl.float32)
            inside = (tx >= 0) & (ty >= 0) & (tx <= right) & (ty <= bottom)
            # Beyond a rim that is clear there is nothing.
            there = inside.to(tl.int64) >= tl.load(span + 3)
            lit = there & (opacity <= opaque) & (pixel < pixels)
            tx, ty = tl.minimum(tl.maximum(tx, 0.0), right), tl.minimum(tl.maximum(ty, 0.0), bottom)
            left, top = tl.minimum(tx, right - 1).to(tl.int64), tl.minimum(ty, bottom - 1).to(tl.int64)
            fx, fy = tx - left.to(tl.float32), ty - top.to(tl.float32)
            clear = tl.where(lit, 1 - opacity, 0.0)
            wd = fx * fy * clear
            wb, wc = fx * clear - wd, fy * clear - wd
            wa = clear - wb - wc - wd
            at = texels + 4 * (tl.load(span) + top * columns + left)[:, None] + channel
            below, seen = at + 4 * columns, lit[:, None]
            met = tl.load(at, seen, 0.0) * wa[:, None] + tl.load(at + 4, seen, 0.0) * wb[:, None]
            met += tl.load(below, seen, 0.0) * wc[:, None] + tl.load(below + 4, seen, 0.0) * wd[:, None]
            total += met
            opacity += tl.sum(tl.where(channel == 3, met, 0.0), 1)
    tl.store(light + 4 * pixel[:, None] + channel, total / points, (pixel < pixels)[:, None])
