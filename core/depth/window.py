"""The frames around one, what they hold and how they move into each other: as much as is in memory at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .motion import Motion
from .opencv import OpenCV, grey


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Attributes:
    frame: (1, 3, H, W).
    disparity: (1, 1, H, W).
    motion: from the middle frame to this one.
    """

    frame: Tensor
    disparity: Tensor
    motion: Motion


class Window:
    """A window that slides forward over one shot.

    Args:
        frame, disparity: what give the picture (1, 3, H, W) and the map (1, 1, H, W) at an index.
    """

    def __init__(self, opencv: OpenCV, frame: Callable[[int], Tensor], disparity: Callable[[int], Tensor]) -> None:
        self._opencv = opencv
        self._frame, self._disparity = frame, disparity
        self._held: dict[int, tuple[Tensor, Tensor]] = {}
        self._steps: dict[tuple[int, int], Motion] = {}

    def at(self, here: int, reach: range) -> tuple[Tensor, Tensor, list[Neighbour]]:
        """The frame and the disparity at `here`, and its neighbours within `reach`, which may only move forward."""
        for gone in [index for index in self._held if index < reach.start]:
            del self._held[gone]
            self._steps.pop((gone, gone + 1), None)
            self._steps.pop((gone + 1, gone), None)
        for index in reach:
            if index not in self._held:
                self._held[index] = self._frame(index), self._disparity(index)
                if index - 1 in self._held:
                    there, back = motions(self._opencv, self._held[index - 1][0], self._held[index][0])
                    self._steps[index - 1, index], self._steps[index, index - 1] = there, back
        found = []
        for indices in (range(here + 1, reach.stop), range(here - 1, reach.start - 1, -1)):
            way, last = None, here
            for index in indices:
                step = self._steps[last, index]
                way, last = step if way is None else way.then(step), index
                found.append(Neighbour(*self._held[index], way))
        return *self._held[here], found


def motions(opencv: OpenCV, first: Tensor, second: Tensor) -> tuple[Motion, Motion]:
    """From the first frame (1, 3, H, W) to the second, and back."""
    there, back = (
        torch.from_numpy(flow).permute(2, 0, 1)[None].to(first.device)
        for flow in opencv.flow(*(grey(np.asarray(frame[0].permute(1, 2, 0).cpu())) for frame in (first, second)))
    )
    return Motion.of(there, back), Motion.of(back, there)
