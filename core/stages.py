"""VBR over a shot, frame by frame: one recursion, memoised.

    output(s, t)    needs features(s, t-1), features(s, t), features(s, t+1)
    features(s, t)  needs output(s-1, t), hidden(t)
    hidden(t)       needs motions(t-4), …, motions(t+3)
    motions(t)      needs firm disparity(t), disparity(t+1)

So a frame depends on the lens at those that are at most one per stage away from it, and on the pictures of four more on
either side; and the frame next to one just rendered costs one new `features` and one new `output` a stage, and one new
`disparity`, `motions` and `hidden`, which no lens changes. At the ends of the media the missing neighbour is the frame
itself.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from itertools import count
from threading import Lock
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from .device import device_errors
from .errors import DisparityError, FrameMissing, MediaError
from .frames import Image
from .hidden.clip import AROUND
from .hidden.reveal import DISPARITY
from .optics import defocus_map
from .outlines.outlined import Outlines
from .shot import DECODE_AHEAD, Check, RenderCache, ShotPictures, StageKey
from .surfaces import ShotSurfaces
from .vbr.highlights import with_highlights
from .vbr.network import Network
from .vbr.pyramid import scaled_size, scales, shot_scale
from .vbr.unet import Features

START = 5
"""Raised whenever the same network would start from other pictures: renders of two starts are never joined."""

HIDDEN_BYTES = 6
"""A pixel: what is held of what is hidden, where it is known behind a quarter of them."""


class Work(NamedTuple):
    """A step towards pictures; what several steps need is computed once.

    Attributes:
        task: does it; where `frame` is given it returns that frame's picture.
        decodes: it only reads media.
    """

    task: Callable[[Check], object]
    frame: int | None = None
    decodes: bool = False


class StageFigures:
    """How many stages were computed, rather than found in the cache."""

    def __init__(self) -> None:
        self.features = 0
        self.outputs = 0
        self._lock = Lock()

    def add(self, features: int = 0, outputs: int = 0) -> None:
        with self._lock:
            self.features += features
            self.outputs += outputs


class Stages:
    """The network's passes over one shot.

    Args:
        outlines: what makes its disparity firm; None leaves it as it is.
    """

    def __init__(
        self,
        pictures: ShotPictures,
        network: Network,
        outlines: Outlines | None,
        cache: RenderCache,
        figures: StageFigures,
    ) -> None:
        self._pictures = pictures
        self._surfaces = ShotSurfaces(pictures, outlines, cache)
        self._shot = pictures.shot
        self._network = network
        self._cache = cache
        self._figures = figures

    @functools.cached_property
    def scales(self) -> tuple[float, ...]:
        """alpha of every stage; one schedule for the whole shot, for neighbours must share a resolution."""
        return scales(shot_scale(self._shot.largest_blur, self._network.model.configuration.max_radius))

    @property
    def lens_radius(self) -> int:
        """Frames to either side whose lens settings a picture depends on."""
        return len(self.scales)

    @property
    def temporal_radius(self) -> int:
        """Frames to either side that a picture is made from."""
        return self.lens_radius + self._looks_around

    @property
    def _looks_around(self) -> int:
        """Frames to either side in which a frame's features look for what it hides."""
        return AROUND if self._network.model.configuration.prior else 0

    @property
    def method(self) -> str:
        """What makes the pictures: network, precision, scale, and what the network starts from."""
        return f"{self._network.fingerprint} {self.scales[0].hex()} {START} {self._surfaces.fingerprint}".rstrip()

    def picture(self, t: int, check: Check) -> Image:
        """The last stage's output at frame t (H, W, 3), and the light above white, which no stage has seen."""
        output = self._decode(len(self.scales) - 1, t, check)[0].clamp(0, 1)
        frame = self._pictures.source(t)
        device = self._network.device
        with device_errors(device), torch.inference_mode():
            if frame.max() > 1:
                radius = torch.from_numpy(defocus_map(self._disparity(t), self._shot.defocus(t)))
                output = with_highlights(output, self._on_device(frame), radius[None].to(device))
            return np.ascontiguousarray(output.permute(1, 2, 0).cpu().numpy())

    def work(self, frames: range, lead: int) -> Iterator[Work]:
        """What renders the frames, in an order in which work that runs side by side need not wait for each other:
        features come `lead` ≥ 1 frames before the outputs that need them."""
        shot, last = self._shot, len(self.scales) - 1
        needed = [{t for t in frames if not shot.defocus(t).is_identity}]
        for _ in self.scales:
            needed.insert(0, {u for t in needed[0] for u in shot.around(t, 1)})
        looked_at = {u for t in needed[0] for u in shot.around(t, self._looks_around)}
        for tick in count(min(looked_at | {frames.start})):
            if tick in looked_at:
                yield Work(functools.partial(self._pictures.decode, tick), decodes=True)
            moving = tick - DECODE_AHEAD - 1
            if self._looks_around and {moving, moving + 1} <= looked_at:
                yield Work(functools.partial(self._motions, moving))
            for stage in range(len(self.scales)):
                entering = moving - self._looks_around - stage * (lead + 1)
                if entering in needed[stage]:
                    yield Work(functools.partial(self._features, stage, entering))
                leaving = entering - lead
                if stage < last and leaving in needed[stage + 1]:
                    yield Work(functools.partial(self._output, stage, leaving))
            if leaving in frames:
                picture = self.picture if leaving in needed[-1] else self._pictures.untouched
                yield Work(functools.partial(picture, leaving), frame=leaving)
            if leaving >= frames[-1]:
                return

    def window(self, workers: int, lead: int) -> int:
        """Bytes of what is held while that many frames render side by side, `lead` as in `work`."""
        height, width = self._shot.frames.height, self._shot.frames.width
        held = (DECODE_AHEAD + lead + workers + 4 + 2 * self._looks_around) * self._pictures.decoded_bytes
        if self._looks_around:
            held += (lead + workers + 3 + 2 * self._looks_around) * self._surfaces.seen_bytes
            held += (lead + workers + 3) * height * width * HIDDEN_BYTES
        for stage, scale in enumerate(self.scales):
            size = scaled_size(height, width, scale)
            features = self._network.model.submodule(stage).features_bytes(*size, self._network.half)
            # The last stage's outputs are the pictures, and handed on.
            outputs = 12 * size[0] * size[1] if stage < len(self.scales) - 1 else 0
            held += (lead + workers + 3) * (features + outputs)
        return held

    def _motions(self, t: int, check: Check) -> None:
        """Have them ready; a frame that cannot be had is told to whoever needs it."""
        with contextlib.suppress(MediaError, DisparityError):
            self._surfaces.motions(t)

    def _features(self, stage: int, t: int, check: Check) -> Features:
        return self._cache.get(self._key("features", stage, t, stage), lambda: self._encode(stage, t, check))

    def _output(self, stage: int, t: int, check: Check) -> Tensor:
        return self._cache.get(self._key("output", stage, t, stage + 1), lambda: self._decode(stage, t, check))

    def _encode(self, stage: int, t: int, check: Check) -> Features:
        check()
        coarser = self._output(stage - 1, t, check) if stage else None
        frame, disparity, lens = self._surfaces.source(t), self._disparity(t), self._shot.defocus(t)
        hidden = functools.partial(self._hidden, t) if self._looks_around else None
        check()
        with self._network.computing():
            radius = torch.from_numpy(defocus_map(disparity, lens)).to(self._network.device)
            picture = self._on_device(frame)[None]
            features = self._network.model.encode(picture, radius[None, None], self.scales[stage], coarser, hidden)
        self._figures.add(features=1)
        return features

    def _disparity(self, t: int) -> Image:
        """(H, W): firm, and where frames around are looked at, steady."""
        disparity = self._surfaces.disparity(t)
        return self._surfaces.hidden(t).steadied(disparity) if self._looks_around else disparity

    def _hidden(self, t: int) -> Tensor:
        """As `layered_parts` takes it, (1, 5, H, W)."""
        revealed = self._surfaces.hidden(t)
        picture = revealed.picture()
        picture[..., DISPARITY] = defocus_map(revealed.steadied(picture[..., DISPARITY]), self._shot.defocus(t))
        return self._on_device(picture)[None]

    def _on_device(self, picture: Image) -> Tensor:
        """(H, W, C) as (C, H, W)."""
        return torch.tensor(picture, device=self._network.device).permute(2, 0, 1)

    def _decode(self, stage: int, t: int, check: Check) -> Tensor:
        here = self._features(stage, t, check)
        before, after = (self._neighbour(stage, u, here, check) for u in (t - 1, t + 1))
        check()
        with self._network.computing():
            output = self._network.model.decode(stage, self._network.model.fuse(stage, before, here, after))
        self._figures.add(outputs=1)
        return output

    def _neighbour(self, stage: int, u: int, here: Features, check: Check) -> Features:
        """Features of a frame beside `here`; those of `here` where the media ends, or the host has no such frame."""
        if not 0 <= u < len(self._shot):
            return here
        try:
            return self._features(stage, u, check)
        except FrameMissing:
            return here

    def _key(self, kind: str, stage: int, t: int, radius: int) -> StageKey:
        shot = self._shot
        settings = shot.settings(shot.around(t, radius))
        return StageKey(kind, stage, t, shot.frames.fingerprint, shot.disparity.fingerprint, settings, self.method)
