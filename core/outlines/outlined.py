"""A frame's disparity with the soft edges in it made firm, where the picture shows that surfaces end."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..device import device_errors
from ..frames import Image
from ..hidden.motion import halvings_of, reduced
from ..vbr.weights import digest
from . import weights
from .outliner import Outliner
from .soft import is_soft


@dataclass(frozen=True, eq=False)
class Outlines:
    """A trained outliner, on its device; several shots and threads share one.

    Attributes:
        fingerprint: changes when what it draws would.
    """

    model: Outliner
    device: torch.device
    fingerprint: str

    def firm(self, frame: Image, disparity: Image) -> Image:
        """The disparity (H, W) of the frame (H, W, 3). Hard edges, and what is no edge, stay as they are.

        Large frames are looked at as small as motion is looked for in them.

        Raises:
            DeviceFailed: the device's memory is not enough.
        """
        with device_errors(self.device), torch.inference_mode():
            given = torch.from_numpy(reduced(disparity)).to(self.device)[None, None]
            soft = is_soft(given)
            if not soft.any():
                return disparity
            picture = torch.tensor(frame, device=self.device).permute(2, 0, 1)[None]
            for _ in range(halvings_of(*disparity.shape)):
                picture = functional.avg_pool2d(picture, 2)
            share, around = self.model(picture, given, soft)
            drawn = _enlarged(around.low + share * around.step, disparity.shape)
            whole = torch.from_numpy(np.array(disparity)).to(self.device)
            out: Image = torch.lerp(whole, drawn, _enlarged(soft, disparity.shape)).cpu().numpy()
            return out


def _enlarged(small: Tensor, size: tuple[int, ...]) -> Tensor:
    """(1, 1, h, w) to (H, W)."""
    if small.shape[-2:] != size:
        small = functional.interpolate(small, size, mode="bilinear")
    return small[0, 0]


@functools.lru_cache(maxsize=4)
def load_outlines(path: Path, device: torch.device) -> Outlines:
    """The outliner of a weights file.

    Raises:
        WeightsError: missing, damaged, or not ours.
        DeviceFailed: it does not fit there.
    """
    with device_errors(device):
        model = weights.load(path).to(device).to(memory_format=torch.channels_last)
    return Outlines(model, device, digest(path))
