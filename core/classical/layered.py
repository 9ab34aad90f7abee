"""Layered bokeh: the frame is shared among soft layers by blur radius, each is convolved with its disc, and the discs
are composited in order of depth.

Layers lie at fixed radii, so that nothing pops while focus moves; a pixel between two of them is shared so that its
second moment is exact. Level 0 is the frame and draws the small discs. What is more blurred goes on, in front of and
behind focus apart, to a level of half the size where its discs are again a few pixels wide: time hardly grows with
radius. Light adds in linear light, and coverage goes through the very same steps, so a constant picture stays one.

Light and its coverage travel together: "light" is (B, 4, H, W), linear RGB times coverage, then coverage. A "blurred
picture" is (B, 5, H, W), light and squared blur radius times coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import torch
from torch import Tensor

from .composite import Disc, composite_behind, composite_front
from .drawing import draw
from .edges import firm_edges
from .layers import PLANS, Plan
from .light import to_display, to_linear
from .matte import Surfaces, matted
from .pyramid import FAINT, TINY, double, fill, halve, rows_of, strips, window
from .split import split

TOGETHER, TOGETHER_ON_GPU = 1 << 18, 1 << 22
"""px: frames are rendered side by side up to about this many."""

HIDES = 0.99
"""Share of a surface in front of focus from which on it hides a ground; one that is more in focus is its own."""


Quality = Literal["draft", "guess", "final"]
"""draft: to play and to pull focus by; guess: to start a network from; final: radii cut finest, the largest discs."""


def layered(frames: Tensor, defocus: Tensor, *, quality: Quality) -> Tensor:
    """Frames as a lens that is so defocused would have shot them.

    Args:
        frames: (..., 3, H, W) display-coded RGB in [0, 1], float32.
        defocus: (..., 1, H, W) signed blur radius in px, positive in front of focus (Eq 2), float32.

    Returns:
        (..., 3, H, W) display-coded RGB.
    """
    return _in_batches(_render, frames, defocus, quality)


PARTS = 10
"""Channels of `layered_parts`."""


def layered_parts(frames: Tensor, defocus: Tensor, *, quality: Quality) -> Tensor:
    """The same rendering, and what it is composited of.

    Args:
        frames, defocus: as `layered` takes them.

    Returns:
        (..., PARTS, H, W): the rendering (3), the ground behind all that is in front of focus, where hidden too (3),
        and what is in front of focus (3), display-coded RGB; how much of the ground that covers (1). Where nothing is
        in front, the ground stands for it.
    """
    return _in_batches(_render_parts, frames, defocus, quality)


def _in_batches(
    render: Callable[[Tensor, Tensor, Plan], Tensor],
    frames: Tensor,
    defocus: Tensor,
    quality: Quality,
) -> Tensor:
    height, width = frames.shape[-2:]
    pictures, maps = frames.reshape(-1, 3, height, width), defocus.reshape(-1, 1, height, width)
    # Only small frames go together, which else spend their time on starting operations: memory must not grow with the
    # batch.
    size = max(1, (TOGETHER_ON_GPU if pictures.is_cuda else TOGETHER) // (height * width))
    plan = PLANS[quality]
    pairs = zip(torch.split(pictures, size), torch.split(maps, size), strict=True)
    rendered = torch.cat([render(picture, radius, plan) for picture, radius in pairs])
    return rendered.reshape(*frames.shape[:-3], *rendered.shape[1:])


def _render(frame: Tensor, defocus: Tensor, plan: Plan) -> Tensor:
    picture = torch.empty_like(frame)
    for rows, front, ground in _composited(frame, defocus, plan):
        rows_of(picture, rows).copy_(to_display(_over(front, ground)))
    return picture


def _render_parts(frame: Tensor, defocus: Tensor, plan: Plan) -> Tensor:
    parts = frame.new_empty(len(frame), PARTS, *frame.shape[-2:])
    for rows, front, ground in _composited(frame, defocus, plan):
        rendering, behind, before, cover = torch.split(rows_of(parts, rows), [3, 3, 3, 1], dim=1)
        behind.copy_(to_display(ground))
        if front is None:
            rendering.copy_(behind)
            before.copy_(behind)
            cover.zero_()
            continue
        rendering.copy_(to_display(_over(front, ground)))
        cover.copy_(front[:, 3:])
        seen = front[:, 3:] > FAINT
        before.copy_(torch.where(seen, to_display(front[:, :3] / front[:, 3:].clamp(min=FAINT)), behind))
    return parts


def _over(front: Tensor | None, ground: Tensor) -> Tensor:
    return ground if front is None else torch.addcmul(front[:, :3], 1 - front[:, 3:], ground)


def _composited(frame: Tensor, defocus: Tensor, plan: Plan) -> Iterator[tuple[range, Tensor | None, Tensor]]:
    """Strip by strip: light (B, 4, h, W) in front of focus, None where there is none; and the colour (B, 3, h, W), in
    linear light, of the ground behind it, focus included."""
    surfaces = _surfaces(frame, firm_edges(defocus), plan)
    nearer, farther = split(surfaces, plan)
    nearest = _draw_levels(nearer, plan, composite_front)
    farthest = _draw_levels(farther, plan, composite_behind)
    drawn = [_draw_frame(surfaces, plan, rows, nearest, farthest) for rows in strips(frame)]
    hidden = fill(torch.cat([halve(ground) for _, ground in drawn], -2))
    for rows, (front, ground) in zip(strips(frame), drawn, strict=True):
        colour = ground[:, :3]
        if front is not None:
            colour = torch.addcmul(colour, 1 - ground[:, 3:], double(hidden, rows, frame.shape[-1]))
        yield rows, front, colour


def _surfaces(frame: Tensor, defocus: Tensor, plan: Plan) -> Surfaces:
    light = torch.empty(len(frame), 4, *frame.shape[-2:], device=frame.device)
    for rows in strips(frame):
        rows_of(light, rows)[:, :3].copy_(to_linear(rows_of(frame, rows)))
    light[:, 3:] = 1
    reach = max(layer.reach for layer in plan.layers(0))
    return matted(light, defocus, reach) if plan.matted else Surfaces(light, defocus)


Composite = Callable[[list[Disc | None], Tensor | None], Tensor | None]
"""A level's layers, the most blurred first, None for an empty one; and what coarser levels made: to both together."""


def _draw_levels(blurred: Tensor, plan: Plan, composite: Composite) -> Tensor | None:
    """What `composite` makes of one side of focus at level 1 and coarser; None where nothing is so blurred."""
    pictures = []
    while blurred[:, 3].any():
        pictures.append(blurred)
        if blurred.shape[-2:] == (1, 1):
            break
        blurred = halve(blurred * plan.beyond(_square(blurred), len(pictures)))
    drawn = None
    for level in range(len(pictures), 0, -1):
        picture, coarser, drawn = pictures[level - 1], drawn, None
        layers = plan.layers(level, coarsest=picture.shape[-2:] == (1, 1))
        reach = max(layer.reach for layer in layers)
        for rows in strips(picture):
            near = window(picture, rows, reach)
            discs = draw(near[:, :4], _square(near), layers, [])
            light = composite(discs, _doubled(coarser, rows, picture.shape[-1]))
            if light is not None:
                drawn = picture.new_zeros(*light.shape[:2], *picture.shape[-2:]) if drawn is None else drawn
                rows_of(drawn, rows).copy_(light)
    return drawn


def _draw_frame(
    surfaces: Surfaces, plan: Plan, rows: range, nearest: Tensor | None, farthest: Tensor | None
) -> tuple[Tensor | None, Tensor]:
    """Level 0: light in front of focus, None where there is none; light of the ground behind it, focus included.

    The ground's coverage is 1 where it is seen; less where it lies hidden behind what is in front.
    """
    width = surfaces.light.shape[-1]
    layers = plan.layers(0)
    reach = max(layer.reach for layer in layers)
    light, radius = window(surfaces.light, rows, reach), window(surfaces.radius, rows, reach)
    square = radius.square()
    in_front = (radius > 0).to(light.dtype)
    part = light * in_front
    beside = surfaces.beside_in(rows, reach)
    discs = draw(part, square, layers, [side.only(side.radius > 0) for side in beside])
    front = composite_front(discs, _doubled(nearest, rows, width))
    behind = draw(light - part, square, layers, [side.only(side.radius <= 0) for side in beside])

    centre = (..., slice(reach, reach + len(rows)), slice(reach, reach + width))
    blurred = plan.blurred(square[centre])
    sharp = light[centre] * (1 - blurred)
    hiding = part[centre][:, 3:] * _hides(blurred)
    for side in surfaces.beside_in(rows):
        blurred = plan.blurred(side.radius.square())
        side.add(sharp, side.light * (1 - blurred))
        side.add(hiding, side.light[:, 3:] * _hides(blurred) * (side.radius > 0))
    # What is hardly in front of focus is part sharp, part in the first layer: together they leave no room either.
    near = None if discs[-1] is None else discs[-1][0][:, 3:]
    sides = composite_behind([*behind, (sharp, sharp[:, 3:])], _doubled(farthest, rows, width), near)
    assert sides is not None
    ground = sides[:, :4] + sides[:, 4:]
    coverage = ground[:, 3:]
    if front is None:
        return None, ground / coverage
    hidden = (1 - coverage).clamp_(min=0).mul_(hiding)
    ground[:, :3] *= (1 - hidden) / coverage.clamp(min=TINY)
    ground[:, 3:] = 1 - hidden
    front /= front[:, 3:].clamp(min=1)
    return front, torch.addcmul(ground, hidden, front, value=FAINT)


def _hides(blurred: Tensor) -> Tensor:
    return blurred.sub(HIDES).div_(1 - HIDES).clamp_(0, 1)


def _square(blurred: Tensor) -> Tensor:
    return blurred[:, 4:] / blurred[:, 3:4].clamp(min=TINY)


def _doubled(coarser: Tensor | None, rows: range, width: int) -> Tensor | None:
    """These rows of a coarser level's light, None where it has none."""
    if coarser is None:
        return None
    light = double(coarser, rows, width)
    return light if light[:, 3::4].any() else None
