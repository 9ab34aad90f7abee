"""A data source small enough for a test: squares that move over a gradient, and a box blur that follows defocus."""

from collections.abc import Iterator

import torch
from focuspuller.core.svb.windows import Batch
from torch import Tensor
from torch.nn import functional

FRAMES = 4
SIZE = 32


def batches(first_step: int) -> Iterator[Batch]:
    step = first_step
    while True:
        yield batch(step)
        step += 1


def batch(seed: int, windows: int = 2) -> Batch:
    """A square in focus before a background out of it: light of both where they meet."""
    g = torch.Generator().manual_seed(seed)
    background = functional.interpolate(
        torch.rand(windows, 3, SIZE // 2, SIZE // 2, generator=g), (SIZE, SIZE), mode="nearest"
    )
    colour = torch.rand(windows, 3, 1, 1, generator=g)
    place = torch.randint(4, SIZE - 16, (windows, 2), generator=g)
    radius = float(torch.randint(1, 4, (1,), generator=g))
    moments = [_moment(background, colour, place + t, radius) for t in range(FRAMES)]
    frames, disparity, defocus, bokeh = (torch.stack(parts, dim=1) for parts in zip(*moments, strict=True))
    return Batch(
        frames=frames,
        disparity=disparity,
        defocus=defocus,
        guess=guess(frames, defocus),
        bokeh=bokeh,
        largest_blur=defocus.abs().max().item(),
    )


def guess(frames: Tensor, defocus: Tensor, hidden: Tensor | None = None) -> Tensor:
    """What stands in for the classical rendering: blur without a thought for edges."""
    blurred = _box(frames.flatten(0, -4), round(defocus.abs().max().item())).reshape(frames.shape)
    where = (defocus.abs() > 0.5).float()
    rendering = blurred * where + frames * (1 - where)
    return torch.cat([rendering, rendering, rendering, torch.zeros_like(defocus)], dim=-3)


def _moment(background: Tensor, colour: Tensor, place: Tensor, radius: float) -> tuple[Tensor, ...]:
    near = torch.zeros(len(background), 1, SIZE, SIZE)
    for mask, (top, left) in zip(near, place.tolist(), strict=True):
        mask[:, top : top + 10, left : left + 10] = 1
    frame = background * (1 - near) + colour * near
    truth = _box(background, round(radius)) * (1 - near) + colour * near
    return frame, near, radius * (near - 1), truth


def _box(picture: Tensor, radius: int) -> Tensor:
    padded = functional.pad(picture, (radius,) * 4, mode="replicate")
    return functional.avg_pool2d(padded, 2 * radius + 1, stride=1)
