"""What a sub-module sees of a frame, and how that is a picture again: at half the size, four pixels a position.

Both in tensors, to train and for a GPU; and with the same numbers compiled, for a CPU, where what tensors cost is the
memory that they go through.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from . import compiled
from .blocks import HALF
from .prior import GUESS
from .sight import CONTRAST, CORRECTION, NEAR_FOCUS, Sight, halved


def gather(sight: Sight, frame: Tensor, defocus: Tensor, guesses: Tensor, rows: range | None = None) -> Tensor:
    """What is seen of frames.

    Args:
        frame: (N, 3, H, W).
        defocus: (N, 1, H, W), px.
        guesses: (N, channels, H, W).
        rows: of positions, that are wanted; None wants them all.

    Returns:
        (N, 4 channels, h, w), float32; both sides of the whole are multiples of what an encoder takes, and beyond the
        picture its outermost positions go on.
    """
    if frame.device.type == "cpu" and not torch.is_grad_enabled():
        return compiled.gather(sight, frame, defocus, guesses, rows)
    starts, hints = sight.guessed, guesses[:, GUESS - sight.hints : GUESS]
    pictures = [frame, *(guesses[:, start : start + 3] for start in starts)]
    # Beyond R_m there is nothing to tell radii apart for: what a refiner is given is that smooth already. Around
    # focus, where a pixel makes the difference, half the scale is spent on the first few.
    radius = (defocus / sight.max_radius).clamp(-1, 1)
    near_focus = defocus / (defocus.abs() + NEAR_FOCUS)
    seen = [frame - 0.5, radius, near_focus, hints[:, : sight.hints]]
    seen += [CONTRAST * (pictures[other] - pictures[1]) for other in sight.others]
    height, width = frame.shape[-2:]
    pixels = _up_to(torch.cat(seen, dim=1), height + height % HALF, width + width % HALF)
    whole = _up_to(functional.pixel_unshuffle(pixels, HALF), halved(height), halved(width))
    return whole if rows is None else whole[..., rows.start : rows.stop, :]


def blend(sight: Sight, said: Tensor, seen: Tensor) -> Tensor:
    """A picture of what was seen: the pictures, weighed against each other, and a correction.

    Args:
        said: (N, 4 said, h, w): what the network says of each pixel.
        seen: (N, 4 channels, h, w): what `gather` gave.

    Returns:
        (N, 3, 2 h, 2 w), float32.
    """
    if said.device.type == "cpu" and not torch.is_grad_enabled():
        return compiled.blend(sight, said.float(), seen.float())
    say = functional.pixel_shuffle(said.float(), HALF)
    pixels = functional.pixel_shuffle(seen.float(), HALF)
    bokeh = torch.add(pixels[:, :3] + 0.5, say[:, :3], alpha=CORRECTION)
    trust = say[:, 3:].softmax(dim=1)
    first = sight.channels - 3 * len(sight.others)
    for place, other in enumerate(sight.others):
        difference = pixels[:, first + 3 * place : first + 3 * place + 3]
        # The frame, where this starts, gives way to the first guess, whose trust is what the others leave of 1.
        share = trust[:, other : other + 1]
        bokeh = torch.addcmul(bokeh, share - 1 if other == 0 else share, difference, value=1 / CONTRAST)
    return bokeh


def _up_to(picture: Tensor, height: int, width: int) -> Tensor:
    """With its last row and column repeated until it is of that size."""
    below, right = height - picture.shape[-2], width - picture.shape[-1]
    return functional.pad(picture, (0, right, 0, below), mode="replicate") if below or right else picture
