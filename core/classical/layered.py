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

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from .edges import firm_edges
from .layers import PLANS, Layer, Plan
from .light import to_display, to_linear
from .pyramid import FAINT, TINY, double, fill, halve, rows_of, strips, window


def layered(frames: Tensor, defocus: Tensor, *, quality: Literal["draft", "final"]) -> Tensor:
    """Frames as a lens that is so defocused would have shot them.

    Args:
        frames: (..., 3, H, W) display-coded RGB in [0, 1], float32.
        defocus: (..., 1, H, W) signed blur radius in px, positive in front of focus (Eq 2), float32.
        quality: "draft" to play and to pull focus by; "final" cuts radii finer and draws larger discs.

    Returns:
        (..., 3, H, W) display-coded RGB.
    """
    height, width = frames.shape[-2:]
    pictures, maps = frames.reshape(-1, 3, height, width), defocus.reshape(-1, 1, height, width)
    # One frame at a time on the CPU: its pixels cannot depend on the batch, nor memory on the batch's length.
    size = len(pictures) if pictures.is_cuda else 1
    plan = PLANS[quality]
    pairs = zip(torch.split(pictures, size), torch.split(maps, size), strict=True)
    rendered = [_render(picture, radius, plan) for picture, radius in pairs]
    return torch.cat(rendered).reshape(frames.shape)


def _render(frame: Tensor, defocus: Tensor, plan: Plan) -> Tensor:
    defocus = firm_edges(defocus)
    linear, nearer, farther = _split(frame, defocus, plan)
    nearest = _draw_levels(nearer, plan, _under)
    farthest = _draw_levels(farther, plan, _over)
    drawn = [_draw_frame(linear, defocus, plan, rows, nearest, farthest) for rows in strips(frame)]
    hidden = fill(torch.cat([halve(ground) for _, ground in drawn], -2))
    for rows, (front, ground) in zip(strips(frame), drawn, strict=True):
        colour = ground[:, :3]
        if front is not None:
            colour = torch.addcmul(colour, 1 - ground[:, 3:], double(hidden, rows, frame.shape[-1]))
            colour = torch.addcmul(front[:, :3], 1 - front[:, 3:], colour)
        rows_of(linear, rows).copy_(to_display(colour))
    return linear


def _split(frame: Tensor, defocus: Tensor, plan: Plan) -> tuple[Tensor, Tensor, Tensor]:
    """The frame in linear light, and the blurred pictures that level 1 gets: in front of focus, and behind it."""
    linear = torch.empty(frame.shape, device=frame.device)
    front, behind = [], []
    for rows in strips(frame):
        rgb = rows_of(linear, rows).copy_(to_linear(rows_of(frame, rows)))
        radius = rows_of(defocus, rows)
        square = radius.square()
        blurred = torch.cat([rgb, torch.ones_like(square), square], 1) * plan.beyond(square, 0)
        part = blurred * (radius > 0)
        front.append(halve(part))
        behind.append(halve(blurred.sub_(part)))
    return linear, torch.cat(front, -2), torch.cat(behind, -2)


Composite = Callable[[Tensor | None, Tensor, Tensor], Tensor]
"""(light of the more blurred layers, light of the next less blurred one, share of each pixel that this one shows in
the frame) to the light of all."""


def _draw_levels(blurred: Tensor, plan: Plan, composite: Composite) -> Tensor | None:
    """Light of one side of focus at level 1, with all that is coarser; None where there is none."""
    pictures = []
    while blurred[:, 3].any():
        pictures.append(blurred)
        if blurred.shape[-2:] == (1, 1):
            break
        blurred = halve(blurred * plan.beyond(_square(blurred), len(pictures)))
    drawn = None
    for level in range(len(pictures), 0, -1):
        picture, coarser = pictures[level - 1], drawn
        layers = plan.layers(level, coarsest=picture.shape[-2:] == (1, 1))
        reach = max(layer.reach for layer in layers)
        drawn = torch.zeros_like(picture[:, :4])
        for rows in strips(picture):
            near = window(picture, rows, reach)
            light = _draw(near[:, :4], _square(near), layers, _doubled(coarser, rows, picture.shape[-1]), composite)
            if light is not None:
                rows_of(drawn, rows).copy_(light)
    return drawn


def _draw_frame(
    linear: Tensor, defocus: Tensor, plan: Plan, rows: range, nearest: Tensor | None, farthest: Tensor | None
) -> tuple[Tensor | None, Tensor]:
    """Level 0: light in front of focus, None where there is none; light of the ground behind it, focus included.

    The ground's coverage is 1 where it is seen; less where it lies hidden behind what is in front.
    """
    width = linear.shape[-1]
    layers = plan.layers(0)
    reach = max(layer.reach for layer in layers)
    rgb, radius = window(linear, rows, reach), window(defocus, rows, reach)
    square = radius.square()
    in_front = (radius > 0).to(rgb.dtype)
    whole = torch.cat([rgb, torch.ones_like(square)], 1)
    part = whole * in_front
    front = _draw(part, square, layers, _doubled(nearest, rows, width), _under)
    behind = _draw(whole - part, square, layers, _doubled(farthest, rows, width), _over)

    centre = (..., slice(reach, reach + len(rows)), slice(reach, reach + width))
    blurred = plan.blurred(square[centre])
    sharp = whole[centre] * (1 - blurred)
    ground = sharp if behind is None else _beneath(sharp, behind)
    coverage = ground[:, 3:]
    if front is None:
        return None, ground / coverage
    hidden = (1 - coverage).clamp_(min=0).mul_(in_front[centre]).mul_(blurred)
    ground[:, :3] *= (1 - hidden) / coverage.clamp(min=TINY)
    ground[:, 3:] = 1 - hidden
    front /= front[:, 3:].clamp(min=1)
    return front, torch.addcmul(ground, hidden, front, value=FAINT)


def _draw(
    light: Tensor, square: Tensor, layers: list[Layer], drawn: Tensor | None, composite: Composite
) -> Tensor | None:
    """One side's layers, composited with the coarser ones drawn already.

    Args:
        light: (B, 4, h + 2 reach, w + 2 reach) and
        square: (B, 1, ...) squared radius; reach is that of the widest layer.
        drawn: (B, 4, h, w).
    """
    reach = max(layer.reach for layer in layers)
    for layer in layers:
        share = layer.share(square)
        if not (share * light[:, 3:]).any():
            continue
        spare = reach - layer.reach
        inside = (..., slice(spare, light.shape[-2] - spare), slice(spare, light.shape[-1] - spare))
        # Depthwise convolutions are several times faster this way round.
        masked = (light[inside] * share[inside]).contiguous(memory_format=torch.channels_last)
        disc = functional.conv2d(masked, layer.kernel.to(light.device).expand(4, 1, -1, -1), groups=4).contiguous()
        shown = masked[:, 3:, layer.reach :, layer.reach :][..., : disc.shape[-2], : disc.shape[-1]]
        drawn = composite(drawn, disc, shown)
    return drawn


def _beneath(nearer: Tensor, farther: Tensor) -> Tensor:
    """A farther layer seen past a nearer one.

    Layers share the pixels of one surface, so coverages add up, to 1: half a pixel in one and half in the next let
    nothing through from behind.
    """
    room = (1 - nearer[:, 3:]).clamp_(min=0).div_(farther[:, 3:].clamp(TINY, 1)).clamp_(max=1)
    return torch.addcmul(nearer, room, farther)


def _under(drawn: Tensor | None, disc: Tensor, shown: Tensor) -> Tensor:
    """In front of focus the more blurred is the nearer."""
    return disc if drawn is None else _beneath(drawn, disc)


def _over(drawn: Tensor | None, disc: Tensor, shown: Tensor) -> Tensor:
    """Behind focus the less blurred is the nearer.

    Where a pixel shows this layer but the discs around it leave a hole, as they do beside what is sharper, this layer
    closes the hole and none from behind shows through. A pixel midway between two layers shows half of each, and
    either may close it: hence twice.
    """
    least = (2 * shown).clamp_(max=1)
    if drawn is not None:
        least = torch.minimum(least, 1 - drawn[:, 3:])
    disc = disc * (least / disc[:, 3:].clamp(min=TINY)).clamp_(min=1)
    return disc if drawn is None else _beneath(disc, drawn)


def _square(blurred: Tensor) -> Tensor:
    return blurred[:, 4:] / blurred[:, 3:4].clamp(min=TINY)


def _doubled(coarser: Tensor | None, rows: range, width: int) -> Tensor | None:
    """These rows of a coarser level's light, None where it has none."""
    if coarser is None:
        return None
    light = double(coarser, rows, width)
    return light if light[:, 3].any() else None
