"""How fast the classical renderers are, on a scene that has everything: a slanted ground, and objects at several
depths on both sides of focus."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from ..classical.layered import layered
from ..classical.scatter import scatter
from .measure import SIZES, Seconds, peak_memory, timed

RADII = (8, 32, 96)

METHODS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "draft": partial(layered, quality="draft"),
    "final": partial(layered, quality="final"),
    "scatter": scatter,
}
SCATTERED = {("540p", 8), ("540p", 32)}
"""Where the reference is measured; its time grows with the radius."""


@dataclass(frozen=True, slots=True)
class ClassicalFigure:
    """One method at one size and blur.

    Attributes:
        radius: largest blur radius in the picture, px.
        seconds: of one frame, while every core renders one, as the renderer streams them.
        peak_memory: bytes that a process of its own needs at most for that, torch included; None if it was killed.
    """

    method: str
    size: str
    radius: int
    seconds: Seconds
    peak_memory: int | None


def benchmark_classical(repeat: int, progress: Callable[[str, int, int], None]) -> list[ClassicalFigure]:
    """Every method at every size and radius, a frame on each core."""
    runs = [
        (method, size, radius)
        for size in SIZES
        for radius in RADII
        for method in METHODS
        if method != "scatter" or (size, radius) in SCATTERED
    ]
    figures: list[ClassicalFigure] = []
    with core_each() as pool:
        for method, size, radius in runs:
            progress("classical", len(figures), len(runs))
            frame, defocus = scene(*SIZES[size], radius)
            seconds = timed(partial(render_side_by_side, pool, method, frame, defocus), repeat)
            peak = peak_memory(render_scene, method, *SIZES[size], radius)
            figures.append(ClassicalFigure(method, size, radius, seconds.over(cores()), peak))
    progress("classical", len(runs), len(runs))
    return figures


@torch.inference_mode()
def render(method: str, frame: Tensor, defocus: Tensor) -> None:
    METHODS[method](frame, defocus)
    if frame.is_cuda:
        torch.cuda.synchronize()


def render_side_by_side(pool: ThreadPoolExecutor, method: str, frame: Tensor, defocus: Tensor) -> None:
    """A frame on each core."""
    list(pool.map(lambda _: render(method, frame, defocus), range(cores())))


def cores() -> int:
    return 1 if torch.cuda.is_available() else torch.get_num_threads()


def core_each() -> ThreadPoolExecutor:
    """Threads that work on one core each."""
    return ThreadPoolExecutor(cores(), initializer=torch.set_num_threads, initargs=(1,))


def render_scene(method: str, width: int, height: int, radius: int) -> None:
    """From nothing: what a process of its own runs for its peak of memory."""
    with core_each() as pool:
        render_side_by_side(pool, method, *scene(width, height, radius))


def scene(width: int, height: int, radius: int) -> tuple[Tensor, Tensor]:
    """Frame (3, H, W) and defocus (1, H, W) of that largest radius, where the renderer would hold them."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return textured_frame(width, height).to(device), (radius * mixed_depth(width, height)).to(device)


def textured_frame(width: int, height: int) -> Tensor:
    """(3, H, W) in [0, 1]: noise in octaves, the same every time."""
    random = torch.Generator().manual_seed(0)
    picture = torch.full((1, 3, height, width), 0.5)
    for octave in range(8):
        cells = (max(1, height >> octave), max(1, width >> octave))
        grain = torch.rand(1, 3, *cells, generator=random) - 0.5
        picture += 0.12 * functional.interpolate(grain, size=(height, width), mode="bilinear", align_corners=False)
    return picture[0].clamp(0, 1)


def ground(width: int, height: int) -> Tensor:
    """(H, W): from far behind focus at the top to in front of it at the bottom."""
    return (1.6 * torch.linspace(0, 1, height)[:, None] - 1).expand(height, width)


def mixed_depth(width: int, height: int) -> Tensor:
    """(1, H, W) from -1 to 1, defocus of unit radius: the ground, and five discs standing on it at depths of their
    own."""
    y = torch.linspace(0, 1, height)[:, None]
    x = torch.linspace(0, 1, width)[None] * (width / height)
    depth = ground(width, height)
    for across, down, radius, at in (
        (0.15, 0.45, 0.14, -0.6),
        (0.35, 0.50, 0.18, -0.25),
        (0.52, 0.55, 0.20, 0.0),
        (0.72, 0.62, 0.16, 0.35),
        (0.88, 0.70, 0.22, 1.0),
    ):
        inside = (x - across * width / height) ** 2 + (y - down) ** 2 < radius**2
        depth = torch.where(inside, torch.tensor(at), depth)
    return depth[None]
