"""A trained network, on its device, at its precision."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from ... import resources
from ..device import device_errors, half_precision
from . import weights
from .configuration import Configuration
from .model import VBR

SHIPPED = Path(resources.__file__).parent / "weights"


@dataclass(frozen=True, eq=False)
class Network:
    """What renders frames; several shots and threads share one.

    Attributes:
        precision: of the convolutions, where it is not float32.
        fingerprint: changes when the pictures would.
    """

    model: VBR
    device: torch.device
    precision: torch.dtype | None
    fingerprint: str

    @property
    def half(self) -> bool:
        return self.precision is not None

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Within it the model runs as it is meant to."""
        autocast = torch.autocast(self.device.type, self.precision or torch.bfloat16, enabled=self.half)
        with device_errors(self.device), torch.inference_mode(), autocast:
            yield


@functools.lru_cache(maxsize=4)
def load_network(path: Path, device: torch.device, expected: Configuration | None = None) -> Network:
    """The network of a weights file; `expected` as for `weights.load`.

    Raises:
        WeightsError: missing, damaged, or not ours.
        DeviceFailed: it does not fit there.
    """
    with device_errors(device):
        model = weights.load(path, expected).to(device).to(memory_format=torch.channels_last)
        # Sixteen bits are enough to have seen a frame by, and twice as many frames fit.
        model.coarse.kept_in = model.refiner.kept_in = torch.half
    precision = half_precision(device)
    return Network(model, device, precision, f"{weights.digest(path)} {precision}")
