"""A steady disparity: per-frame scale and shift corrected first, then what flickers, then where edges lie.

Nothing crosses a cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from ..cuts import is_cut
from ..frames import FrameSource, Image
from .drift import Affine, corrections, fit
from .edges import drawn_to_picture
from .flicker import REACH, without_flicker
from .motion import warped
from .normalise import Normalisation
from .opencv import OpenCV
from .window import Window, motions

DRIFT_SIDE = 384
"""Px of the long side at which scales, shifts and cuts are found: they need no detail."""

LEAST_SIDE = 16
"""Px of the short side there: what motion can be searched in."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Steadied:
    """The clip's disparity, not clipped, frame by frame; and the frames before which a cut was found."""

    frames: Iterator[Image]
    cuts: tuple[int, ...]


@contextmanager
def steadied(
    clip: FrameSource,
    maps: Sequence[Image],
    scale: Normalisation,
    strength: float,
    device: torch.device,
    size: tuple[int, int] | None = None,
    progress: Progress = lambda phase, done, total: None,
) -> Iterator[Steadied]:
    """Raw maps, normalised and made steady, while the `with` block lasts.

    Args:
        clip: the pictures that the maps are of: they tell what moved, and where edges are.
        strength: 0 only normalises, leaving maps at their size; 1 takes out all flicker, and draws edges at the clip's.
        size: (width, height) of the part of the pictures, from the top left, that the maps are of.

    Raises:
        LibraryMissing: OpenCV.
    """
    if not strength:
        yield Steadied(map(scale.apply, maps), ())
        return
    width, height = size or (clip.width, clip.height)
    shot = _Pictures(clip, (height, width), maps, scale, device)
    with OpenCV() as opencv:
        cuts, drift = _drift(shot, opencv, strength, progress)
        yield Steadied(_filtered(shot, opencv, cuts, drift, strength), tuple(cuts))


@dataclass(frozen=True, slots=True)
class _Pictures:
    """Pictures of `full` (height, width), and normalised disparity of whatever `size` the maps have."""

    clip: FrameSource
    full: tuple[int, int]
    maps: Sequence[Image]
    scale: Normalisation
    device: torch.device

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.maps[0].shape
        return height, width

    def disparity(self, index: int) -> Tensor:
        return torch.from_numpy(self.scale.apply(self.maps[index]))[None, None].to(self.device)

    def frame(self, index: int) -> Tensor:
        height, width = self.full
        picture = torch.from_numpy(self.clip.read(index)[:height, :width])
        return picture.to(self.device).permute(2, 0, 1)[None]


def _drift(shot: _Pictures, opencv: OpenCV, strength: float, progress: Progress) -> tuple[list[int], list[Affine]]:
    """The cuts, and each frame's correction."""
    total = len(shot.maps)
    shrink = max(min(1.0, DRIFT_SIDE / max(shot.size)), LEAST_SIDE / min(shot.size))
    height, width = (round(side * shrink) for side in shot.size)
    cuts: list[int] = []
    runs: list[list[Affine]] = [[]]
    last: tuple[Tensor, Tensor] | None = None
    for index in range(total):
        progress("drift", index, total)
        frame, disparity = (_resized(image(index), (height, width)) for image in (shot.frame, shot.disparity))
        if last is not None:
            if is_cut(last[0][0], frame[0]):
                cuts.append(index)
                runs.append([])
            else:
                there, _ = motions(opencv, last[0], frame)
                runs[-1].append(fit(last[1], warped(disparity, there.flow), there.trust))
        last = frame, disparity
    progress("drift", total, total)
    return cuts, [correction for run in runs for correction in corrections(run, strength)]


def _filtered(
    shot: _Pictures, opencv: OpenCV, cuts: Sequence[int], drift: Sequence[Affine], strength: float
) -> Iterator[Image]:
    pictures: dict[int, Tensor] = {}
    stretch = max(1, round(shot.full[1] / shot.size[1]))

    def frame(index: int) -> Tensor:
        pictures[index] = shot.frame(index)
        return _resized(pictures[index], shot.size)

    for start, stop in pairwise([0, *cuts, len(shot.maps)]):
        window = Window(opencv, frame, lambda index: drift[index](shot.disparity(index)))
        for here in range(start, stop):
            reach = range(max(start, here - REACH), min(stop, here + REACH + 1))
            seen, disparity, neighbours = window.at(here, reach)
            steady = _resized(without_flicker(seen, disparity, neighbours), shot.full)
            steady = drawn_to_picture(steady, pictures.pop(here), stretch)
            mixed: Image = torch.lerp(_resized(disparity, shot.full), steady, strength)[0, 0].cpu().numpy()
            yield mixed


def _resized(image: Tensor, size: tuple[int, int]) -> Tensor:
    if tuple(image.shape[-2:]) == size:
        return image
    return functional.interpolate(image, size, mode="bilinear", antialias=True)
