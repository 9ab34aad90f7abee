"""The outliner's weights on disk, and in the header what made them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch

from ..vbr import tensorfile
from ..vbr.weights import METADATA_KEY, STORED
from .outliner import Outliner


def save(model: Outliner, path: Path, provenance: Mapping[str, object]) -> None:
    """Write the weights, rounded to `STORED`.

    Args:
        provenance: what made them (command, seed, data recipe, metrics, ...), JSON values.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    stored = {name: tensor.to(STORED) for name, tensor in model.state_dict().items()}
    tensorfile.write(path, stored, {METADATA_KEY: json.dumps({"provenance": dict(provenance)}, allow_nan=False)})


def load(path: Path) -> Outliner:
    """The network of the file, on the CPU, ready to use.

    Raises:
        WeightsError: missing, not safetensors, truncated, not finite, or another network's.
    """
    with torch.device("meta"):
        model = Outliner()
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    stored = tensorfile.read(path, shapes, STORED)
    model.load_state_dict({name: tensor.float() for name, tensor in stored.items()}, assign=True)
    return model.eval().requires_grad_(False)
