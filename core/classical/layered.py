"""Layered bokeh: the frame is shared among soft layers by blur radius, each is convolved with its disc, and the discs
are composited in order of depth.

Layers lie at fixed radii, so that nothing pops while focus moves; a pixel between two of them is shared so that its
second moment is exact. Level 0 is the frame and draws the small discs. What is more blurred is drawn, in front of and
behind focus apart, at a level of half the size, or a quarter, …, where its discs are again a few pixels wide: time
hardly grows with radius. Where a layer is hidden by nearer ones it goes on as what is seen of it nearby.

Light adds in linear light. It travels with its coverage: "light" is (B, 4, H, W), linear RGB times coverage, then
coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import torch
from torch import Tensor

from .composite import composite_behind, composite_front
from .edges import firm_edges
from .hidden import Hidden, hidden_behind
from .layers import PLANS, Layer, Plan
from .light import to_display, to_linear
from .matte import Surfaces, matted
from .parts import parts_of
from .pyramid import FAINT, double, halve, rows_of, strips, window
from .sharp import over_ground
from .split import split
from .unseen import unseen

RENDERING = 3
"""Raised whenever the same frame would become another picture: renders of two are never joined."""

TOGETHER, TOGETHER_ON_GPU = 1 << 18, 1 << 22
"""px: frames are rendered side by side up to about this many."""

Quality = Literal["draft", "guess", "final"]
"""draft: to play and to pull focus by; guess: to start a network from; final: radii cut finest, the largest discs."""


def layered(frames: Tensor, defocus: Tensor, *, quality: Quality) -> Tensor:
    """Frames as a lens that is so defocused would have shot them.

    Args:
        frames: (..., 3, H, W) display-coded RGB ≥ 0, float32; above 1 are highlights, and stay so.
        defocus: (..., 1, H, W) signed blur radius in px, positive in front of focus (Eq 2), float32.

    Returns:
        (..., 3, H, W) display-coded RGB.
    """
    return _in_batches(_render, frames, defocus, None, quality, 3)


PARTS = 10
"""Channels of `layered_parts`."""


def layered_parts(frames: Tensor, defocus: Tensor, *, quality: Quality, hidden: Tensor | None = None) -> Tensor:
    """The same rendering, and what it is composited of.

    Args:
        frames, defocus: as `layered` takes them.
        hidden: (..., 5, H, W), what lies behind the surface that a pixel shows: display-coded RGB, signed blur radius,
            and how far that is known, from 0 to 1. None: nothing is.

    Returns:
        (..., PARTS, H, W): the rendering (3), the ground behind all that is in front of focus, where hidden too (3),
        and what is in front of focus (3), display-coded RGB; how much of the ground that covers (1). Where nothing is
        in front, the ground stands for it.
    """
    return _in_batches(_render_parts, frames, defocus, hidden, quality, PARTS)


def _in_batches(
    render: Callable[[Tensor, Tensor, Tensor | None, Plan, Tensor], None],
    frames: Tensor,
    defocus: Tensor,
    hidden: Tensor | None,
    quality: Quality,
    channels: int,
) -> Tensor:
    height, width = frames.shape[-2:]
    pictures, maps = frames.reshape(-1, 3, height, width), defocus.reshape(-1, 1, height, width)
    behind = None if hidden is None else hidden.reshape(-1, 5, height, width)
    # Only small frames go together, which else spend their time on starting operations: memory must not grow with the
    # batch.
    size = max(1, (TOGETHER_ON_GPU if pictures.is_cuda else TOGETHER) // (height * width))
    plan = PLANS[quality]
    rendered = pictures.new_empty(len(pictures), channels, height, width)
    for first in range(0, len(pictures), size):
        these = slice(first, first + size)
        render(pictures[these], maps[these], None if behind is None else behind[these], plan, rendered[these])
    return rendered.reshape(*frames.shape[:-3], channels, height, width)


def _render(frame: Tensor, defocus: Tensor, hidden: Tensor | None, plan: Plan, picture: Tensor) -> None:
    for rows, front, ground in _composited(frame, defocus, hidden, plan):
        rows_of(picture, rows).copy_(to_display(_over(front, ground)))


def _render_parts(frame: Tensor, defocus: Tensor, hidden: Tensor | None, plan: Plan, parts: Tensor) -> None:
    for rows, front, ground in _composited(frame, defocus, hidden, plan):
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


def _over(front: Tensor | None, ground: Tensor) -> Tensor:
    return ground if front is None else torch.addcmul(front[:, :3], 1 - front[:, 3:], ground)


def _composited(
    frame: Tensor, defocus: Tensor, hidden: Tensor | None, plan: Plan
) -> Iterator[tuple[range, Tensor | None, Tensor]]:
    """Strip by strip: light (B, 4, h, W) in front of focus, None where there is none; and the colour (B, 3, h, W), in
    linear light, of the ground behind it, focus included."""
    if hidden is not None:
        hidden = torch.cat([to_linear(hidden[:, :3]), hidden[:, 3:]], 1)
    surfaces = _surfaces(frame, firm_edges(defocus), plan, hidden)
    behind = None if hidden is None else hidden_behind(surfaces, hidden)
    del hidden
    levels = split(surfaces, plan, 0.0 if behind is None else behind.largest)
    nearest = _draw_levels(levels, behind, frame, 0, composite_front)
    farthest = _draw_levels(levels, behind, frame, 1, composite_behind)
    size = frame.shape[-2], frame.shape[-1]
    if behind is not None:
        behind = behind.halved(0, size, max(layer.reach for layer in plan.layers(0)))
    drawn = [_draw_frame(surfaces, behind, plan, rows, nearest, farthest) for rows in strips(frame)]
    hidden_ground = unseen(torch.cat([halve(ground) for _, ground in drawn], -2), surfaces, plan)
    for rows, (front, ground) in zip(strips(frame), drawn, strict=True):
        colour = ground[:, :3]
        if front is not None:
            colour = torch.addcmul(colour, 1 - ground[:, 3:], double(hidden_ground, rows, frame.shape[-1]))
        yield rows, front, colour


def _surfaces(frame: Tensor, defocus: Tensor, plan: Plan, hidden: Tensor | None) -> Surfaces:
    light = torch.empty(len(frame), 4, *frame.shape[-2:], device=frame.device)
    for rows in strips(frame):
        rows_of(light, rows)[:, :3].copy_(to_linear(rows_of(frame, rows)))
    light[:, 3:] = 1
    reach = max(layer.reach for layer in plan.layers(0))
    return matted(light, defocus, reach, hidden) if plan.matted else Surfaces(light, defocus)


Composite = Callable[[list[Layer], list[Tensor | None], Tensor, Tensor | None, list[Tensor | None]], Tensor | None]
"""`composite_front` or `composite_behind`."""


def _draw_levels(
    levels: list[tuple[list[Layer], Tensor]], behind: Hidden | None, frame: Tensor, side: int, composite: Composite
) -> Tensor | None:
    """What `composite` makes of one side of focus at level 1 and coarser; None where nothing is so blurred."""
    drawn = None
    for layers, sides in reversed(levels):
        share, coarser, drawn = sides[:, side], drawn, None
        reach = max(layer.reach for layer in layers)
        hidden = None if behind is None else behind.halved(layers[0].level, (frame.shape[-2], frame.shape[-1]), reach)
        for rows in strips(share):
            *parts, beyond = torch.split(share, 4, dim=1)
            near = window(beyond, rows, reach)
            revealed = _revealed(hidden, layers, rows, reach, share.shape[-1], near, front=side == 0)
            light = composite(
                layers,
                [window(part, rows, reach) if _lit(part, rows, reach) else None for part in parts],
                near,
                _doubled(coarser, rows, share.shape[-1]),
                revealed,
            )
            if light is not None:
                drawn = share.new_zeros(*light.shape[:2], *share.shape[-2:]) if drawn is None else drawn
                rows_of(drawn, rows).copy_(light)
    return drawn


def _revealed(
    hidden: Hidden | None, layers: list[Layer], rows: range, reach: int, width: int, like: Tensor, *, front: bool
) -> list[Tensor | None]:
    near = None if hidden is None else hidden.within(rows, reach, width)
    return [None] * len(layers) if near is None else near.planes(layers, like, front=front)


def _lit(light: Tensor, rows: range, reach: int) -> bool:
    """Whether there is any in these rows or `reach` px above or below."""
    return bool(light[:, 3, max(rows.start - reach, 0) : rows.stop + reach].any())


def _draw_frame(
    surfaces: Surfaces, behind: Hidden | None, plan: Plan, rows: range, nearest: Tensor | None, farthest: Tensor | None
) -> tuple[Tensor | None, Tensor]:
    """Level 0: light in front of focus, None where there is none; light of the ground behind it, focus included.

    The ground's coverage is 1 where it is seen; less where it lies hidden behind what is in front.
    """
    width = surfaces.light.shape[-1]
    layers = plan.layers(0)
    reach = max(layer.reach for layer in layers)
    light, radius = window(surfaces.light, rows, reach), window(surfaces.radius, rows, reach)
    beside = surfaces.beside_in(rows, reach)
    discs, nearer = parts_of(light, radius, layers, beside, plan, front=True)
    revealed = _revealed(behind, layers, rows, reach, width, nearer, front=True)
    front = composite_front(layers, discs, nearer, _doubled(nearest, rows, width), revealed)
    discs, farther = parts_of(light, radius, layers, beside, plan, front=False)
    revealed = _revealed(behind, layers, rows, reach, width, nearer, front=False)
    ground = composite_behind(layers, discs, farther, _doubled(farthest, rows, width), revealed)

    light, radius = rows_of(surfaces.light, rows), rows_of(surfaces.radius, rows)
    blurred = plan.blurred(radius.square())
    sharp = light * (1 - blurred)
    hiding = light[:, 3:] * blurred * (radius > 0)
    for side in surfaces.beside_in(rows):
        blurred = plan.blurred(side.radius.square())
        side.add(sharp, side.light * (1 - blurred))
        side.add(hiding, side.light[:, 3:] * blurred * (side.radius > 0))
    hidden = None if behind is None else behind.within(rows, 0, width)
    if hidden is not None:
        values = hidden.sharp(plan)
        hidden.add(sharp, values[:, :4])
        hidden.add(hiding, -values[:, 4:])
        hiding.clamp_(min=0)
    return front, over_ground(sharp, hiding, ground, front)


def _doubled(coarser: Tensor | None, rows: range, width: int) -> Tensor | None:
    """These rows of a coarser level's light, None where it has none."""
    if coarser is None:
        return None
    if not _lit(coarser, range(rows.start // 2, (rows.stop + 1) // 2), 1):
        return None
    return double(coarser, rows, width)
