"""A frame's disparity with the soft edges in it made firm, where the picture shows that surfaces end."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ... import resources
from ..classical.edges import between
from ..device import device_errors, one_thread
from ..frames import Image
from ..hidden.motion import halvings_of, reduced
from ..vbr.weights import digest
from . import weights
from .outliner import Outliner
from .ripples import calmed
from .sharpened import sharpened
from .soft import Beside, highest, is_soft, lowest

HESITATES = (0.15, 0.25)
"""By how much more or less of a pixel the network gives to the nearer surface than disparity does: up to the first it
says nothing, and a sharp subject gets no smudges; from the second on it is believed."""

ASTRAY = (0.12, 0.16)
"""By how much, on average along a frame's soft edges, the network and sharpened disparity differ on a pixel: up to the
first, edges are in their place and only blurred; from the second on they are beside it. On 80 training videos sharpened
disparity is nearer to the truth up to 0.14, and what the network moves from there on [measured]."""

LOST = 0.02
"""How much of a pixel, at least, its blur has given to another surface, for it to count there."""

SHIPPED = Path(resources.__file__).parent / "weights" / "outlines.safetensors"


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
        """The disparity (H, W) of the frame (H, W, 3), ripples along its edges evened out. Where no edge is near, it is
        the same to the bit.

        Large frames are looked at as small as motion is looked for in them, and changed by what that changes.

        Raises:
            DeviceFailed: the device's memory is not enough.
        """
        # What is said of all edges is a sum, which other threads would add up in another order.
        with one_thread(), device_errors(self.device), torch.inference_mode():
            given = torch.from_numpy(reduced(disparity)).to(self.device)[None, None]
            soft = is_soft(given)
            if not soft.any():
                return calmed(disparity)
            picture = torch.tensor(frame, device=self.device).permute(2, 0, 1)[None]
            halvings = halvings_of(*disparity.shape)
            for _ in range(halvings):
                picture = _halved(picture)
            sharp = sharpened(given, soft)
            share, around = self.model(picture, given, soft)
            astray = _astray(share, around, given, sharp, soft)
            moved = share - around.share(given)
            moved = astray * soft * between(moved.abs(), HESITATES) * moved * around.step
            low, high, sharper, moved = (
                _enlarged(small, disparity.shape, halvings)
                for small in (around.low, around.low + around.step, (1 - astray) * (sharp - given), moved)
            )
            whole = torch.tensor(disparity, device=self.device)[None, None]
            sharp = whole + sharper
            if halvings:
                # It may be sharper than at the size that it is looked at.
                reach = 2**halvings + 1
                sharp = sharp.clamp(lowest(whole, reach), highest(whole, reach))
            firm: Image = (sharp + moved).clamp(sharp.minimum(low), sharp.maximum(high))[0, 0].cpu().numpy()
            return calmed(firm)


def _astray(share: Tensor, around: Beside, given: Tensor, sharp: Tensor, soft: Tensor) -> Tensor:
    """How likely a frame's soft edges are beside their place, 0 to 1: all of them, for what draws them errs alike. 1
    where no blur could be undone."""
    sharper = around.share(sharp)
    counts = soft * ((sharper - around.share(given)).abs() > LOST)
    off = ((share - sharper).abs() * counts).sum() / counts.sum()
    return between(off.nan_to_num(1), ASTRAY)


def _halved(picture: Tensor) -> Tensor:
    """Around every other pixel, the last of each pair: where `reduced` takes disparity from."""
    beyond = functional.pad(picture, (0, 1, 0, 1), mode="replicate")
    return functional.avg_pool2d(functional.avg_pool2d(beyond, 2, 1), 2, 1)[..., ::2, ::2]


def _enlarged(small: Tensor, size: tuple[int, ...], halvings: int) -> Tensor:
    """(..., h, w) to (..., H, W), each of its pixels where `reduced` took it from, and straight on between them."""
    if not halvings:
        return small
    for axis, side in zip((-2, -1), size, strict=True):
        place = (torch.arange(side, device=small.device) + 1) / 2**halvings - 1
        place = place.clamp(0, small.shape[axis] - 1)
        first = place.long().clamp(max=max(small.shape[axis] - 2, 0))
        rest = (place - first).unflatten(0, (-1, 1) if axis == -2 else (1, -1))
        next_ = (first + 1).clamp(max=small.shape[axis] - 1)
        small = torch.lerp(small.index_select(axis, first), small.index_select(axis, next_), rest)
    return small


@functools.lru_cache(maxsize=4)
def load_outlines(path: Path, device: torch.device) -> Outlines:
    """The outliner of a weights file.

    Raises:
        WeightsError: missing, damaged, or not ours.
        DeviceFailed: it does not fit there.
    """
    with device_errors(device):
        model = weights.load(path).to(device).to(memory_format=torch.channels_last)
    return Outlines(model, device, f"{digest(path)} {device.type}")
