"""What can be compared: every way to make bokeh, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from ..classical.layered import layered
from ..classical.scatter import scatter
from ..errors import UsageError, WeightsError
from ..vbr.configuration import PAPER, PRIOR, Configuration
from ..vbr.fusion import Fusion
from ..vbr.network import SHIPPED, Network, load_network
from ..vbr.pyramid import coarse_scale

Method = Callable[[Tensor, Tensor], Tensor]
"""A whole video's frames (T, 3, H, W), display-coded, and defocus (T, 1, H, W), px, to its bokeh (T, 3, H, W)."""

CLASSICAL: Mapping[str, Method] = {
    "input": lambda frames, defocus: frames,
    "layered": lambda frames, defocus: layered(frames, defocus, quality="final"),
    "scatter": scatter,
}
"""Methods that need no weights."""

LEARNED: Mapping[str, Configuration | None] = {
    "vbr": None,
    "vbr-paper": PAPER,
    "vbr-no-fusion": dataclasses.replace(PRIOR, fusion=Fusion.NONE),
    "vbr-no-alignment": dataclasses.replace(PRIOR, fusion=Fusion.PLAIN),
    "vbr-no-temporal-loss": PRIOR,
    "vbr-no-augmentation": PRIOR,
}
"""What weights under these names must be; `vbr` is whichever configuration ships."""


def method(name: str, given: Mapping[str, Path], device: torch.device) -> Method:
    """The method of that name, run on the device; what it is given and returns lies on the CPU.

    Args:
        given: weights by method name; any name is a method then.

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
    path = given.get(name, SHIPPED / f"{name}.safetensors")
    if name not in given and not path.exists():
        raise WeightsError(
            f"no weights of {name} are shipped; give some with --weights {name}=FILE, "
            "or make them with `focuspuller train`"
        )
    return _on(device, learned(load_network(path, device, LEARNED.get(name))))


def learned(network: Network) -> Method:
    """A network over whole videos, as precise as it renders; one scale serves a video, as in a shot."""

    def render(frames: Tensor, defocus: Tensor) -> Tensor:
        scale = coarse_scale(defocus.abs().max().item(), network.model.configuration.max_radius)
        with network.computing():
            bokeh: Tensor = network.model(frames.unsqueeze(0), defocus.unsqueeze(0), scale)
        return bokeh.squeeze(0)

    return render


def _on(device: torch.device, render: Method) -> Method:
    @torch.inference_mode()
    def there(frames: Tensor, defocus: Tensor) -> Tensor:
        return render(frames.to(device), defocus.to(device)).cpu()

    return there
