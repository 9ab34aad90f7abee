"""How fast the classical renderers are, on a scene that has everything: a slanted ground, and objects at several
depths on both sides of focus."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from ..classical.layered import layered
from ..classical.scatter import scatter

SIZES = ((960, 540), (1920, 1080), (3840, 2160))
RADII = (8.0, 32.0, 96.0)

SCATTER_WIDTH = 960
SCATTER_RADIUS = 32.0
"""The reference is measured up to here; its time grows with the radius."""

Render = Callable[[Tensor, Tensor], Tensor]

METHODS: dict[str, Render] = {
    "draft": partial(layered, quality="draft"),
    "final": partial(layered, quality="final"),
    "scatter": scatter,
}


@dataclass(frozen=True, slots=True)
class ClassicalSpeed:
    """One method at one size and blur.

    Attributes:
        radius: largest blur radius in the picture, px.
        seconds, fastest, slowest: a frame's wall time, median and range over `frames`.
        cpu_seconds: a frame's processor time, all threads together; median. Wall time far above its share of it means
            that others kept the machine busy.
        peak_memory: the most bytes that the process has held so far, as the system counts them; None where it does not.
    """

    method: str
    width: int
    height: int
    radius: float
    frames: int
    seconds: float
    fastest: float
    slowest: float
    cpu_seconds: float
    peak_memory: int | None

    @property
    def frames_per_second(self) -> float:
        return 1 / self.seconds


def benchmark_classical(
    sizes: Sequence[tuple[int, int]] = SIZES, radii: Sequence[float] = RADII, frames: int = 5
) -> list[ClassicalSpeed]:
    """Every method at every size (width, height) and radius, smallest first, each after one frame to warm up."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    records = []
    for width, height in sorted(sizes):
        frame = textured_frame(width, height).to(device)
        depth = mixed_depth(width, height).to(device)
        for radius in sorted(radii):
            for method, render in METHODS.items():
                if method == "scatter" and (width > SCATTER_WIDTH or radius > SCATTER_RADIUS):
                    continue
                records.append(_measure(method, render, frame, depth * radius, radius, frames))
    return records


@torch.inference_mode()
def _measure(method: str, render: Render, frame: Tensor, defocus: Tensor, radius: float, frames: int) -> ClassicalSpeed:
    wall, cpu = [], []
    for _ in range(1 + frames):
        started, processor = time.perf_counter(), time.process_time()
        render(frame, defocus)
        if frame.is_cuda:
            torch.cuda.synchronize()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - processor)
    wall, cpu = wall[1:], cpu[1:]
    height, width = frame.shape[-2:]
    seconds = statistics.median(wall)
    return ClassicalSpeed(
        method, width, height, radius, frames, seconds, min(wall), max(wall), statistics.median(cpu), peak_memory()
    )


def peak_memory() -> int | None:
    """The most bytes of memory that this process has held so far; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource  # no such module on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def textured_frame(width: int, height: int) -> Tensor:
    """(3, H, W) in [0, 1]: noise in octaves, the same every time."""
    random = torch.Generator().manual_seed(0)
    picture = torch.full((1, 3, height, width), 0.5)
    for octave in range(8):
        cells = (max(1, height >> octave), max(1, width >> octave))
        grain = torch.rand(1, 3, *cells, generator=random) - 0.5
        picture += 0.12 * functional.interpolate(grain, size=(height, width), mode="bilinear", align_corners=False)
    return picture[0].clamp(0, 1)


def mixed_depth(width: int, height: int) -> Tensor:
    """(1, H, W) from -1 to 1, defocus of unit radius: a ground from far behind focus at the top to in front of it at
    the bottom, and five discs standing on it at depths of their own."""
    y = torch.linspace(0, 1, height)[:, None]
    x = torch.linspace(0, 1, width)[None] * (width / height)
    depth = (1.6 * y - 1).expand(height, width)
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
