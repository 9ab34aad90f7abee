"""What can be compared: every way to make bokeh, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..classical.layered import layered
from ..classical.scatter import scatter
from ..errors import UsageError, WeightsError
from ..hidden.clip import revealed_in_all
from ..hidden.reveal import DISPARITY, KNOWN
from ..outlines.outlined import SHIPPED as SHIPPED_OUTLINES
from ..outlines.outlined import Outlines, load_outlines
from ..vbr.configuration import PAPER, PRIOR, Configuration
from ..vbr.fusion import Fusion
from ..vbr.model import VBR
from ..vbr.network import SHIPPED, Network, load_network
from ..vbr.pyramid import coarse_scale, scales
from ..vbr.unet import Features


class Given(NamedTuple):
    """A whole video as a method is given it, or the part of it that a method uses.

    Attributes:
        frames: (T, 3, H, W), display-coded.
        disparity: (T, 1, H, W).
        blur, focus: (T, 1, 1, 1), K in px and d_f.
    """

    frames: Tensor
    disparity: Tensor
    blur: Tensor
    focus: Tensor

    @property
    def defocus(self) -> Tensor:
        """S (T, 1, H, W), px (Eq 2)."""
        return self.radius(self.disparity)

    def radius(self, disparity: Tensor) -> Tensor:
        return self.blur * (disparity - self.focus)

    def at(self, t: int) -> Given:
        """A frame alone."""
        return Given(*(tensor[t : t + 1] for tensor in self))

    def to(self, device: torch.device) -> Given:
        return Given(*(tensor.to(device) for tensor in self))


Method = Callable[[Given], Tensor]
"""A video to its bokeh (T, 3, H, W)."""

Hidden = Callable[[int], Tensor]
"""What is hidden in frame t, (1, 5, H, W) as `layered_parts` takes it."""

CLASSICAL: Mapping[str, Method] = {
    "input": lambda given: given.frames,
    "layered": lambda given: layered(given.frames, given.defocus, quality="final"),
    "scatter": lambda given: torch.stack([scatter(*one) for one in zip(given.frames, given.defocus, strict=True)]),
}
"""Methods that need no weights."""

LEARNED: Mapping[str, Configuration | None] = {
    "vbr": None,
    "vbr-paper": PAPER,
    "vbr-no-outlines": None,
    "vbr-no-reveal": None,
    "vbr-no-fusion": dataclasses.replace(PRIOR, fusion=Fusion.NONE),
    "vbr-no-alignment": dataclasses.replace(PRIOR, fusion=Fusion.PLAIN),
    "vbr-no-temporal-loss": PRIOR,
    "vbr-no-augmentation": PRIOR,
}
"""What weights under these names must be; None is whichever configuration ships."""

NO_OUTLINES = "vbr-no-outlines"
"""`vbr`, with soft edges in disparity as soft as they are."""

NO_REVEAL = "vbr-no-reveal"
"""`vbr`, not told what its neighbours have seen of what a frame hides."""


def takes_weights(name: str) -> tuple[str, ...]:
    """Under which names the method takes weights, the best first."""
    if name in CLASSICAL:
        return ()
    return (name, "vbr") if name in (NO_OUTLINES, NO_REVEAL) else (name,)


def method(name: str, given: Mapping[str, Path], device: torch.device) -> Method:
    """The method of that name, run on the device; what it is given and returns lies on the CPU.

    Args:
        given: weights by method name; any name is a method then. What only renders otherwise takes those of "vbr".

    Raises:
        UsageError: no such method.
        WeightsError: it needs weights that nobody gave, or that are damaged or another network's.
    """
    if name in CLASSICAL:
        if name in given:
            raise UsageError(f"{name} needs no weights; give those of {given[name]} a name of their own")
        return _on(device, CLASSICAL[name])
    if name not in LEARNED and name not in given:
        known = ", ".join([*CLASSICAL, *LEARNED])
        raise UsageError(f"there is no method {name}; choose from {known}, or name your own with --weights NAME=FILE")
    names = takes_weights(name)
    theirs = [given[one] for one in names if one in given]
    path = theirs[0] if theirs else SHIPPED / f"{names[-1]}.safetensors"
    if not theirs and not path.exists():
        raise WeightsError(
            f"no weights of {name} are shipped; give some with --weights {name}=FILE, "
            "or make them with `focuspuller train`"
        )
    network = load_network(path, device, LEARNED.get(name))
    outlined = network.model.configuration.prior and name != NO_OUTLINES
    outlines = load_outlines(SHIPPED_OUTLINES, device) if outlined else None
    return _on(device, learned(network, outlines, reveals=name != NO_REVEAL))


def learned(network: Network, outlines: Outlines | None, reveals: bool) -> Method:
    """A network over whole videos, as precise as it renders; one scale serves a video, as in a shot."""
    configuration = network.model.configuration

    def render(given: Given) -> Tensor:
        hidden = None
        if outlines is not None:
            given = _outlined(given, outlines)
        if reveals and configuration.prior:
            given, hidden = _revealed(given)
        scale = coarse_scale(given.defocus.abs().max().item(), configuration.max_radius)
        with network.computing():
            bokeh = None
            for stage, alpha in enumerate(scales(scale)):
                bokeh = torch.cat(list(_through(network.model, stage, alpha, given, bokeh, hidden)))
        assert bokeh is not None
        return bokeh

    return render


def _through(
    model: VBR, stage: int, scale: float, given: Given, coarser: Tensor | None, hidden: Hidden | None
) -> Iterator[Tensor]:
    """A stage's outputs (1, 3, h, w), frame by frame, as a shot is rendered: features of three are held."""

    def encode(t: int) -> Features:
        here, before = given.at(t), None if coarser is None else coarser[t : t + 1]
        return model.encode(here.frames, here.defocus, scale, before, None if hidden is None else partial(hidden, t))

    before = here = encode(0)
    for t in range(1, len(given.frames) + 1):
        after = encode(t) if t < len(given.frames) else here
        yield model.decode(stage, model.fuse(stage, before, here, after))
        before, here = here, after


def _outlined(given: Given, outlines: Outlines) -> Given:
    """The video with firm edges in its disparity."""
    frames, disparities = given.frames.permute(0, 2, 3, 1).cpu().numpy(), given.disparity.squeeze(1).cpu().numpy()
    firm = [outlines.firm(frame, disparity) for frame, disparity in zip(frames, disparities, strict=True)]
    return given._replace(disparity=torch.from_numpy(np.stack(firm)).unsqueeze(1).to(given.disparity.device))


def _revealed(given: Given) -> tuple[Given, Hidden]:
    """The video with steady disparity, and what is hidden in it."""
    frames, disparities = given.frames.permute(0, 2, 3, 1).cpu().numpy(), given.disparity.squeeze(1).cpu().numpy()
    seen = revealed_in_all(list(frames), list(disparities))
    steadied = np.stack([one.steadied(disparity) for one, disparity in zip(seen, disparities, strict=True)])
    given = given._replace(disparity=torch.from_numpy(steadied).unsqueeze(1).to(given.frames.device))

    def hidden(t: int) -> Tensor:
        picture = seen[t].picture()
        picture[..., DISPARITY] = seen[t].steadied(picture[..., DISPARITY])
        whole = torch.from_numpy(picture).to(given.frames.device).permute(2, 0, 1).unsqueeze(0)
        whole[:, DISPARITY:KNOWN] = given.at(t).radius(whole[:, DISPARITY:KNOWN])
        return whole

    return given, hidden


def _on(device: torch.device, render: Method) -> Method:
    @torch.inference_mode()
    def there(given: Given) -> Tensor:
        return render(given.to(device)).cpu()

    return there
