"""Procedural cut-outs: silhouettes that hold what a renderer finds hard, filled with something of their own.

People-like compounds with hair and limbs, animals with fur, plants, trees, fences and nets, hands, vessels, wheels,
lamps, torn noise, glass. Each recipe paints a straight display-coded RGBA (size, size, 4), upright, with a clear rim.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...frames import Image
from .creatures import animal, hand, person
from .light import finish, soften
from .plants import canopy, plant, tree
from .shapes import Rng
from .things import fence, furniture, glass, shape, torn, vessel, wheel

Recipe = Callable[[Rng, int], Image]
"""Paints a premultiplied canvas (size, size, 4)."""

RIM = 2
"""Texels kept clear around every cut-out."""


def figure(rng: Rng, size: int) -> Image:
    """One random cut-out (size, size, 4), straight display-coded RGBA in [0, 1], its outermost texels clear."""
    recipes = list(WEIGHTS)
    chosen = recipes[int(rng.choice(len(recipes), p=np.fromiter(WEIGHTS.values(), float)))]
    canvas = chosen(rng, size)
    if rng.random() < 0.25:
        canvas = soften(canvas, rng.choice([0.5, 0.8, rng.uniform(0.8, 2)]))
    alpha: Image = np.clip(canvas[..., 3:], 0, 1)
    rgb: Image = np.clip(canvas[..., :3] / np.maximum(alpha, 1e-3), 0, 1)
    if rng.random() < 0.4:
        rgb = _rounded(rng, rgb, alpha)
    rgb = finish(rng, rgb)
    if rng.random() < 0.5:
        alpha, rgb = alpha[:, ::-1], rgb[:, ::-1]
    alpha = np.pad(alpha[RIM:-RIM, RIM:-RIM], ((RIM, RIM), (RIM, RIM), (0, 0)))
    # No texel under a clear alpha may leak its colour into the picture.
    return np.concatenate([rgb * (alpha > 0), alpha], axis=-1).astype(np.float32)


def _rounded(rng: Rng, rgb: Image, alpha: Image) -> Image:
    """Shade towards the outline as a body in the round is shaded, lit from one side."""
    size = len(rgb)
    depth = soften(alpha[::2, ::2], size * rng.uniform(0.02, 0.06))
    depth = depth.repeat(2, axis=0)[:size].repeat(2, axis=1)[:, :size]
    y, x = np.gradient(depth[..., 0])
    turn = rng.uniform(0, 2 * np.pi)
    slope = (x * np.cos(turn) + y * np.sin(turn))[..., None] * size
    shaded: Image = np.clip(rgb * (1 + rng.uniform(0.1, 0.5) * np.tanh(slope * 0.15)), 0, 1).astype(np.float32)
    return shaded


WEIGHTS: dict[Recipe, float] = {
    shape: 0.20,
    person: 0.17,
    animal: 0.08,
    plant: 0.08,
    tree: 0.07,
    fence: 0.07,
    hand: 0.05,
    vessel: 0.07,
    wheel: 0.04,
    torn: 0.05,
    canopy: 0.05,
    furniture: 0.05,
    glass: 0.02,
}
"""How often each recipe is drawn."""
